"""The documents a command names: procedures, of a file or a shipped example, and party rules.

Shipped examples carry their source inside and are never applied without being asked for.
"""

from importlib.resources import files
from pathlib import Path

from airpact.agreement.procedures import Procedures, read_procedures
from airpact.node.desk import read_limited
from airpact.node.errors import OperatingError
from airpact.picture.rules import PartyRules, read_rules


def shipped_profiles() -> dict[str, str]:
    """Return the YAML text of every shipped profile by name, ordered by name."""
    folder = files("airpact.agreement") / "profiles"
    texts = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".yaml")}
    return {name.removesuffix(".yaml"): texts[name] for name in sorted(texts)}


def load_procedures(reference: str, folder: Path, named_by: str = "--pact") -> Procedures:
    """Return the procedures of a shipped profile by name, else of a file in `folder`; `named_by`: who asks for it.

    Raises `DocumentError` for a file that is no procedures document, `OperatingError` for one that cannot be read.
    """
    profiles = shipped_profiles()
    if reference in profiles:
        return read_procedures(profiles[reference], f"{reference}.yaml")
    path = folder / reference
    try:
        text = read_limited(path)
    except OSError as error:
        raise OperatingError(
            f"{named_by}: {reference} is no shipped profile, and {path} cannot be read: {error.strerror}.",
            remedy=f"Name a procedures file, or one of the shipped profiles: {', '.join(profiles)}.",
        ) from error
    return read_procedures(text, str(path))


def load_rules(path: Path, named_by: str = "--rules") -> PartyRules:
    """Return the party rules of a file; `named_by`: who asks for it. Raises `DocumentError` and `OperatingError`."""
    try:
        text = read_limited(path)
    except OSError as error:
        raise OperatingError(
            f"{named_by}: {path} cannot be read: {error.strerror}.",
            effect="Without party rules everyone would be civil.",
            remedy="Name the rules file, or leave it out if that is meant.",
        ) from error
    return read_rules(text, str(path))
