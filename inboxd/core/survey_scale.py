"""The scale a survey prints, where a client quotes it without any mark: what stands in it is no answer."""

import re
from itertools import pairwise

MAX_LINES = 400

_LEAST_ENTRIES = 3  # of the scale, before it is one
_LONGEST_ENTRY = 60
_ENTRY = re.compile(r"(?<![\w/.,])[1-5]\s{0,2}[·•=:|–—-]\s{0,2}(?=[^\W\d])")
_LINE = re.compile(
    r"^[\s>*•·-]{0,8}(?:(?:\[\s?\S?\s?\]|[☐☑✓✔✅☒]|[xX](?=\s))\s{0,2})?([1-5])\s{0,2}[·•=:|–—-]?\s{0,2}(?=[^\W\d])"
)
_TICK = re.compile(r"\[\s?[xX✓✔]\s?\]|[☑✓✔✅☒]|<-|←|⬅|(?<![^\s>])[xX](?!\S)")
_STEPS = frozenset({-1, 1})


def without_scale(text: str) -> str:
    """Return a reply without the lines that print the scale of the survey; of those, one that is ticked stays.

    ``5 · Very happy 4 · Happy 3 · So-so`` on one line is a scale, and so are lines that count from 5 down or from 1 up
    to 5. Never raises.
    """
    lines = text.split("\n")
    head = lines[:MAX_LINES]
    dropped = {at for at, line in enumerate(head) if len(_ENTRY.findall(line[:1000])) >= _LEAST_ENTRIES}
    for run in _runs(head):
        ticked = [at for at in run if _TICK.search(head[at])]
        dropped.update(at for at in run if ticked != [at])
    if not dropped:
        return text
    return "\n".join(line for at, line in enumerate(lines) if at not in dropped).strip()


def _runs(lines: list[str]) -> list[list[int]]:
    """Return the groups of lines that count through the scale, empty lines between them passed over."""
    found: list[list[int]] = []
    run: list[tuple[int, int]] = []
    for at, line in enumerate([*lines, "."]):
        match = _LINE.match(line) if len(line) <= _LONGEST_ENTRY else None
        entry = (at, int(match[1])) if match else None
        if entry and (not run or entry[1] - run[-1][1] in _STEPS):
            run.append(entry)
        elif entry or line.strip():
            found += [[place for place, _ in run]] if _is_scale([score for _, score in run]) else []
            run = [entry] if entry else []
    return found


def _is_scale(scores: list[int]) -> bool:
    """Return True for 5, 4, 3 … or 1, 2, 3, 4, 5: a list of a person's own begins with 1 and seldom ends at 5."""
    steps = {later - earlier for earlier, later in pairwise(scores)}
    if steps == {-1}:
        return scores[0] == 5 and len(scores) >= _LEAST_ENTRIES  # noqa: PLR2004  the top of the scale
    return steps == {1} and scores == [1, 2, 3, 4, 5]
