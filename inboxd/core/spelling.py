"""The nearest valid spelling of a word somebody mistyped."""

from collections.abc import Iterable

_CUTOFF = 0.6


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the entry of ``known`` most like ``word`` (case does not count); None when nothing is near."""
    import difflib  # noqa: PLC0415  mostly nothing is mistyped

    by_folded = {entry.casefold(): entry for entry in known}
    found = difflib.get_close_matches(word.casefold()[:80], by_folded, n=1, cutoff=_CUTOFF)
    return by_folded[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean 'x'?`` to put behind an error, or the empty string when nothing is near."""
    found = nearest(word, known)
    return f"; did you mean {found!r}?" if found else ""
