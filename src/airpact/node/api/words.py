"""The words of the pages: Fluent catalogues (projectfluent.org, syntax 1.0) from `locale/`, as the console has them."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from fluent.runtime import FluentBundle, FluentResource

LANGUAGES: Final = {"en": "English", "ru": "Русский"}
FILE: Final = "pages.ftl"
HEADER_CHARACTERS_MAX: Final = 256


class Words:
    """The catalogue of one language; call it with a message id and what the sentence names."""

    def __init__(self, language: str, bundle: FluentBundle) -> None:
        self.language, self._bundle = language, bundle

    def __call__(self, name: str, **values: Any) -> str:
        """Return one sentence; raises `LookupError` for an id that is not in the catalogue, or a value it lacks."""
        message = self._bundle.get_message(name)
        if message.value is None:
            raise LookupError(name)
        text, errors = self._bundle.format_pattern(message.value, values)
        if errors:
            raise LookupError(f"{name}: {errors}")
        return str(text)

    def has(self, name: str) -> bool:
        """Whether the catalogue holds a message."""
        return bool(self._bundle.has_message(name))


@lru_cache(len(LANGUAGES))
def words(language: str) -> Words:
    """Return the catalogue of a language."""
    bundle = FluentBundle([language], use_isolating=False)
    bundle.add_resource(FluentResource((_folder() / language / FILE).read_text(encoding="utf-8")))
    return Words(language, bundle)


def choose(asked: str, kept: str, accepted: str) -> str:
    """Return the language to speak: asked for now, chosen before, or the first the browser names that there is."""
    named = (part.split(";")[0].strip()[:2].lower() for part in accepted[:HEADER_CHARACTERS_MAX].split(","))
    return next((code for code in (asked, kept, *named) if code in LANGUAGES), "en")


def _folder() -> Path:
    """Return where the catalogues lie: in the package where it was built, beside `src` in a checkout."""
    package = Path(str(files("airpact")))
    inside = package / "locale"
    return inside if inside.exists() else package.parents[1] / "locale"
