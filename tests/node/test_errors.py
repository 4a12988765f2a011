"""Operating errors say what is wrong, what it means and what to do, in that order."""

from airpact.node.errors import OperatingError


def test_the_sentences_come_in_order_one_a_line() -> None:
    error = OperatingError("Port 8000 is taken.", effect="The desk did not start.", remedy="Choose another: --port.")
    assert str(error).splitlines() == [error.what, error.effect, error.remedy]


def test_a_sentence_that_is_not_needed_leaves_no_empty_line() -> None:
    assert str(OperatingError("a", remedy="c")) == "a\nc"
