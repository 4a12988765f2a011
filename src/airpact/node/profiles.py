"""The example procedures shipped with airpact, each named with its source inside; never applied without being asked."""

from importlib.resources import files
from pathlib import Path

from airpact.agreement.procedures import Procedures, read_procedures
from airpact.node.desk import read_limited


def shipped_profiles() -> dict[str, str]:
    """Return the YAML text of every shipped profile by name, ordered by name."""
    folder = files("airpact.agreement") / "profiles"
    texts = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".yaml")}
    return {name.removesuffix(".yaml"): texts[name] for name in sorted(texts)}


def load_procedures(reference: str, folder: Path) -> Procedures:
    """Return the procedures of a shipped profile by name, else of a file in `folder`.

    Raises `DocumentError` for a file that is no procedures document and `OSError` for one that cannot be read.
    """
    text = shipped_profiles().get(reference)
    if text is not None:
        return read_procedures(text, f"{reference}.yaml")
    path = folder / reference
    return read_procedures(read_limited(path), str(path))
