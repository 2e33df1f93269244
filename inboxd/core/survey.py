"""Reading the answer to a survey out of a reply: a number, "4/5", stars, a word, a picture, in five languages.

What the customer typed goes before the subject a one-tap ``mailto:`` filled in, a number goes before a word. What
is not surely a score is none: the mail is then an ordinary reply, and a person reads it.
"""

import re
from dataclasses import dataclass

from inboxd.core.folding import folded
from inboxd.core.survey_opinions import is_verdict, opinion_of_line, score_of_whole_line
from inboxd.core.survey_patterns import (
    A_NUMBER,
    ASTERISKS,
    BULLET,
    CHINESE_LABEL,
    CHINESE_NUMERAL,
    CHINESE_POINTS,
    DATE_BEFORE,
    FRACTION,
    GIVEN,
    GREETING,
    HOLLOW_RUN,
    LABEL,
    LAST,
    LEAD,
    LEADING_SCORE,
    LIST_SECOND,
    NUMBER_NOUN,
    NUMBER_WORD,
    PERCENT,
    POINTS,
    RANGE,
    REPLY_PREFIX,
    SALUTATION,
    STAR_RUN,
    STARS,
    TOP,
    VERDICT,
    WORD_FRACTION_END,
    WOULD,
    WRAPPING,
)
from inboxd.core.survey_words import ARTICLES, NUMBERS

LOWEST, HIGHEST = 1, 5
PER_CENT = 100
MAX_TEXT = 4_000
MAX_LINE = 300
MAX_LINES = 6  # a score further down is part of a story


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """A score from 1 (worst) to 5 (best), and what the customer wrote beside it (empty: nothing)."""

    score: int
    comment: str


def read_survey_answer(new_text: str, subject: str = "") -> SurveyAnswer | None:
    """Return the score in a reply to a survey, or None when there is surely none.

    ``new_text`` is what the customer wrote above the quote; ``subject`` counts only where it begins with a score
    (``4/5 Re: …``). Scales of ten and of a hundred are brought to five. Never raises.
    """
    text = new_text[:MAX_TEXT].strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MAX_LINES]
    plain = [_plain(line) for line in lines]
    is_list = any(LIST_SECOND.match(line) for line in plain)
    first = 1 if len(plain) > 1 and GREETING.match(plain[0]) else 0
    sign = score_of_whole_line(folded(lines[first][:MAX_LINE]).strip()) if lines else None
    if sign is not None:
        return SurveyAnswer(sign, "\n".join(lines[first + 1 :]))
    for index in range(first, len(plain)):
        score = _stated(plain[index]) or (None if index > first or is_list else _alone(plain[index]))
        if score is not None:
            return SurveyAnswer(score, _without_score(text, lines[index], plain[index]))
    tapped = _tapped(subject)
    if tapped is not None:
        return SurveyAnswer(tapped, text)
    return _by_opinion(text, plain[first : first + 2])


def _plain(line: str) -> str:
    """Return the line folded: lower case, no accents, ASCII digits, number words as digits, no wrapping."""
    return _with_digits(_unwrapped(folded(line[:MAX_LINE]).strip()))


def _unwrapped(line: str) -> str:
    bare = SALUTATION.sub("", BULLET.sub("", line)).strip(WRAPPING)
    return bare if ASTERISKS.match(bare) else bare.strip(f"*{WRAPPING}")


def _with_digits(line: str) -> str:
    def as_digit(found: re.Match[str]) -> str:
        word = found[0]
        if word not in NUMBERS or _is_inside_word(line, found):
            return word
        if word in ARTICLES and not (found.start() == 0 and NUMBER_NOUN.match(line, found.end())):
            return word
        return str(NUMBERS[word])

    line = NUMBER_WORD.sub(as_digit, line)
    return CHINESE_NUMERAL.sub(lambda found: str(NUMBERS[found[0]]), line)


def _is_inside_word(line: str, found: re.Match[str]) -> bool:
    before, after = line[: found.start()][-1:], line[found.end() :][:1]
    return before.isalnum() or after.isalnum() or before == "'" or after == "'"


def _stated(line: str) -> int | None:
    """Return the score a line states in so many words, wherever it stands."""
    return _fraction(line) or _star_run(line) or _named(line)


def _fraction(line: str) -> int | None:
    for found in FRACTION.finditer(line):
        value, scale = _value(found[1]), int(found[2])
        is_words = "/" not in found[0]
        if value > scale or DATE_BEFORE.search(line[: found.start()][-12:]):
            continue
        if not is_words or WORD_FRACTION_END.match(line, found.end()):
            return _scaled(value, scale)
    return None


def _star_run(line: str) -> int | None:
    found = STAR_RUN.search(line)
    if found:
        count = sum(1 for char in found[0] if not char.isspace())
        at_edge = found.start() == 0 or (found.end() == len(line) and count > 1)
        return min(count, HIGHEST) if at_edge else None
    if HOLLOW_RUN.match(line) or ASTERISKS.match(line):
        return sum(1 for char in line if not char.isspace())
    return None


def _named(line: str) -> int | None:
    if sum(char.isdigit() for char in line) == 1:
        found = LAST.search(line)
        if found:
            return _clamped(_value(found[1]))
    for pattern in (STARS, CHINESE_POINTS, LABEL, CHINESE_LABEL, GIVEN, A_NUMBER, WOULD):
        found = pattern.search(line)
        if found:
            return _clamped(_value(found[1]))
    return None


def _alone(line: str) -> int | None:
    """Return the score of a line that begins with it (``4``, ``4 - thanks``, ``5 quick and friendly``, ``100 %``)."""
    found = LEAD.match(line)
    if found:
        return _clamped(_value(found[1]))
    found = VERDICT.match(line)
    if found and is_verdict(found[2]):
        return int(found[1])
    found = RANGE.match(line)
    if found:
        return _clamped((int(found[1]) + int(found[2])) // 2)
    found = PERCENT.match(line)
    if found and int(found[1]) <= PER_CENT:
        return _scaled(int(found[1]), PER_CENT)
    found = POINTS.match(line)
    if found:
        return _clamped(_value(found[1]))
    return HIGHEST if TOP.match(line) else None


def _value(text: str) -> float:
    return float(text.replace(",", "."))


def _scaled(value: float, scale: int) -> int:
    return _clamped(value * HIGHEST / scale)


def _clamped(value: float) -> int:
    """Return the nearest score, halves up; the 0 that angry people give is a 1, the 10 of the pleased a 5."""
    return min(max(int(value + 0.5), LOWEST), HIGHEST)


def _without_score(text: str, line: str, plain: str) -> str:
    """Return the text without the score where it stands for itself; a sentence that contains it stays whole."""
    head, _, tail = text.partition(line)
    if not any(char.isalpha() for char in line) or len(plain.split()) <= 2:  # noqa: PLR2004  "five stars", "score: 4"
        rest = ""
    elif LEADING_SCORE.match(line) and any(form.match(plain) for form in (LEAD, FRACTION, VERDICT)):
        rest = LEADING_SCORE.sub("", line)
    else:
        rest = line
    return "\n".join(part for part in (head.strip(), f"{rest}{tail}".strip()) if part)


def _tapped(subject: str) -> int | None:
    line = _plain(REPLY_PREFIX.sub("", subject[:MAX_LINE].strip()))
    found = FRACTION.match(line)
    if found and "/" in found[0] and _value(found[1]) <= int(found[2]):
        return _scaled(_value(found[1]), int(found[2]))
    found = LABEL.match(line) or STARS.match(line) or LEAD.fullmatch(line)
    return _clamped(_value(found[1])) if found else None


def _by_opinion(text: str, lines: list[str]) -> SurveyAnswer | None:
    for line in lines:
        found = opinion_of_line(line)
        if found is not None:
            score, is_whole = found
            return SurveyAnswer(score, "" if is_whole and len(lines) == 1 else text)
    return None
