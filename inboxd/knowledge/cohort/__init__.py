"""Other people's mails, a text file per language: what "none of these" looks like."""

import functools
from importlib import resources

LANGUAGES = ("en", "de", "fr", "zh")


@functools.cache
def cohort(language: str) -> tuple[str, ...]:
    """Return the sentences of one language; of all Latin-script ones when that language has no file."""
    if language not in LANGUAGES:
        return cohort("de") + cohort("fr") + cohort("en")
    text = resources.files(__name__).joinpath(f"{language}.txt").read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#"))
