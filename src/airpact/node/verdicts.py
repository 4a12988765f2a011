"""What a receipt or fork evidence proves, in sentences: said by `airpact verify` and on the page Check a signature."""

import json
from collections.abc import Callable, Iterable, Mapping

from airpact.node.verdict import KEYS, NEVER, Verdict, keys, one_history, seen, utc
from airpact.proof import fork, receipt
from airpact.proof.base64 import to_base64
from airpact.proof.canonical import parse_canonical
from airpact.proof.cosignature import Signer
from airpact.proof.errors import ProofError
from airpact.proof.policy import Policy, read_policy


def examine(data: bytes, policy: bytes, authors: Callable[[], bytes]) -> Verdict:
    """Return what a file proves to who trusts this policy and, for a receipt, these authors; raises `ProofError`."""
    trusted = read_policy(policy)
    if kind_of(data) == receipt.TYPE:
        return of_receipt(receipt.read_receipt(data), receipt.read_voices(authors()), trusted)
    return of_fork(fork.read_fork(data), trusted)


def kind_of(data: bytes) -> str:
    """Return which of the two kinds of file this is; raises `ProofError`."""
    value = parse_canonical(data)
    kind = value.get("type") if isinstance(value, Mapping) else None
    if kind not in (receipt.TYPE, fork.TYPE):
        raise ProofError(f"neither a receipt ({receipt.TYPE}) nor fork evidence ({fork.TYPE})")
    return str(kind)


# --- a receipt -------------------------------------------------------------------------------------------------------


def of_receipt(given: receipt.Receipt, voices: tuple[receipt.Voice, ...], policy: Policy) -> Verdict:
    """Return what a receipt proves; raises `ProofError` for the first claim that does not hold."""
    proven = receipt.check_receipt(given, voices, policy)
    header, head = proven.header, proven.head
    said = [_spoke(proven)]
    said.append(
        f"It is entry {header.index} (the first is 0) of the log {head.origin}, which had {head.size} entries. It "
        "cannot be changed, moved or taken out without the log's head showing it."
    )
    said += [f"Its author acknowledged {each.size} entries of {name}." for name, each in sorted(header.heads.items())]
    said += seen(proven.witnesses, "the log with this entry in it")
    unproven = [*NEVER, _own_time(header.time_s, proven.witnesses)]
    if header.author is not None:
        unproven.append(f"Person: who {header.author.person} is; that and the role are the party's word.")
    if given.said is None:
        unproven.append("Words: the file holds only a digest of what was said.")
    else:
        said.append(f"What was said: {json.dumps(given.said.body, ensure_ascii=False)}")
    unproven.append(one_history(head.origin, proven.witnesses))
    facts = {
        "statement": json.loads(given.statement.payload),
        "party": proven.party,
        "log": {"origin": head.origin, "size": head.size, "root": to_base64(head.root)},
        "witnesses": [{"key": each.key.label, "time_s": each.time_s} for each in proven.witnesses],
    }
    if given.said is not None:
        facts["body"] = given.said.body
    rests = (*proven.authors, *keys(proven.log, proven.witnesses))
    return Verdict("receipt", said, [*unproven, KEYS], facts, rests)


def _spoke(proven: receipt.Proven) -> str:
    header = proven.header
    if header.author is None:
        return f"{proven.party} logged something for itself alone; kind and subject are not shown to others."
    mode = {"LIVE": "", "EXERCISE": " This was an EXERCISE.", "REPLAY": " This was a REPLAY, not live."}[header.mode]
    return (
        f"{proven.party} said it: {header.kind}, subject {header.subject}, by {header.author.person} as "
        f"{header.author.role}, for {', '.join(header.audience)}.{mode}"
    )


def _own_time(time_s: float, witnesses: Iterable[Signer]) -> str:
    told = f"Time: the author's own clock said {utc(time_s)}; that is the author's word"
    if any(int(time_s) > (each.time_s or 0) for each in witnesses):
        return f"{told}, and it cannot be: a witness saw it earlier, so one of their clocks was wrong."
    return f"{told}."


# --- fork evidence ---------------------------------------------------------------------------------------------------


def of_fork(given: fork.Fork, policy: Policy) -> Verdict:
    """Return what fork evidence proves; raises `ProofError` where it shows no fork."""
    proven = fork.check_fork(given, policy)
    first, second = proven.first, proven.second
    told = " and ".join(f"{head.size} entries with root {to_base64(head.root)}" for head in (first, second))
    said = [f"The log {first.origin} signed two heads, which cannot both be of a log that only grows: {told}."]
    if first.size < second.size:
        said.append(
            f"The first {first.size} entries under the second head have root {to_base64(proven.prefix_root)}: they are "
            "not those under the first head."
        )
    said.append("Whoever holds the log's key signed both.")
    unproven = [
        *NEVER,
        "Which of the two histories is the true one, if any.",
        "Why it happened, and who did it: the party, a thief of its key, or a restored old disc.",
    ]
    heads = [{"size": head.size, "root": to_base64(head.root)} for head in (first, second)]
    facts = {"log": first.origin, "heads": heads, "prefix_root": to_base64(proven.prefix_root)}
    return Verdict("fork evidence", said, [*unproven, KEYS], facts, keys(*proven.signers))
