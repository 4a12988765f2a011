"""The example procedures shipped with airpact, each named with its source inside; never applied without being asked."""

from importlib.resources import files


def shipped_profiles() -> dict[str, str]:
    """Return the YAML text of every shipped profile by name, ordered by name."""
    folder = files("airpact.agreement") / "profiles"
    texts = {item.name: item.read_text(encoding="utf-8") for item in folder.iterdir() if item.name.endswith(".yaml")}
    return {name.removesuffix(".yaml"): texts[name] for name in sorted(texts)}
