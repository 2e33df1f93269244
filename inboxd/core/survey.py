"""Reading the answer to a survey out of a reply: a number, "4/5", stars, a word, a picture, in five languages.

What the customer typed goes before the subject a one-tap ``mailto:`` filled in, a number goes before a word. What
is not surely a score is none: the mail is then an ordinary reply, and a person reads it.
"""

from dataclasses import dataclass

from inboxd.core.folding import folded
from inboxd.core.survey_numbers import (
    MAX_LINE,
    lone_score,
    nearest_score,
    plain_line,
    scaled,
    stated_score,
    value_of,
)
from inboxd.core.survey_opinions import MAX_ASKED, opinion_of_line, score_of_whole_line
from inboxd.core.survey_patterns import (
    FRACTION,
    GREETING,
    LABEL,
    LEAD,
    LEADING_SCORE,
    LIST_FIRST,
    LIST_SECOND,
    REPLY_PREFIX,
    STARS,
    VERDICT,
)
from inboxd.core.survey_scale import without_scale

MAX_TEXT = 4_000
MAX_OPINION = 400  # characters of a mail that words, not a number, judge
MAX_LINES = 6  # a score further down is part of a story


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """A score from 1 (worst) to 5 (best), and what the customer wrote beside it (empty: nothing).

    ``sentiment`` is how the comment sounds (``core/sentiment.py``), once it was judged.
    """

    score: int
    comment: str
    sentiment: str = ""


def read_survey_answer(new_text: str, subject: str = "") -> SurveyAnswer | None:
    """Return the score in a reply to a survey, or None when there is surely none.

    ``new_text`` is what the customer wrote above the quote; ``subject`` counts only where it begins with a score
    (``4/5 Re: …``). Scales of ten and of a hundred are brought to five. Never raises.
    """
    text = without_scale(new_text[:MAX_TEXT]).strip()
    lines = [line.strip() for line in text.splitlines() if line.strip()][:MAX_LINES]
    plain = [plain_line(line) for line in lines]
    is_list = any(map(LIST_FIRST.match, plain)) and any(map(LIST_SECOND.match, plain))
    first = 1 if len(plain) > 1 and GREETING.match(plain[0]) else 0
    sign = score_of_whole_line(folded(lines[first][:MAX_LINE]).strip()) if lines else None
    if sign is not None:
        return SurveyAnswer(sign, "\n".join(lines[first + 1 :]))
    for index in range(first, len(plain)):
        score = stated_score(plain[index]) or (None if index > first or is_list else lone_score(plain[index]))
        if score is not None:
            return SurveyAnswer(score, _without_score(text, lines[index], plain[index]))
    tapped = _tapped(subject)
    if tapped is not None:
        return SurveyAnswer(tapped, text)
    return _by_opinion(text, plain[first : first + 2])


def wants_answer(comment: str) -> bool:
    """Return True when a comment asks something: then a person must read it, whatever the score beside it."""
    return any(_is_question(line) for line in comment[:MAX_TEXT].splitlines())


def survey_fields(answer: SurveyAnswer | None) -> dict[str, str | int | None]:
    """Return the ``survey.`` fields of rules; None where a mail answers no survey, or has no comment."""
    return {
        "survey.score": answer.score if answer else None,
        "survey.comment": (answer.comment or None) if answer else None,
        "survey.sentiment": (answer.sentiment or None) if answer else None,
    }


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


def _is_question(line: str) -> bool:
    asked, mark, _ = line.partition("?")
    # "Honestly? Bad." asks nobody.
    return (
        (bool(mark) and len(asked.split()) > MAX_ASKED)
        or "？" in line
        or line.rstrip("。!！ ").endswith(("吗", "嗎"))
    )


def _tapped(subject: str) -> int | None:
    line = plain_line(REPLY_PREFIX.sub("", subject[:MAX_LINE].strip()))
    found = FRACTION.match(line)
    if found and "/" in found[0] and value_of(found[1]) <= int(found[2]):
        return scaled(value_of(found[1]), int(found[2]))
    found = LABEL.match(line) or STARS.match(line) or LEAD.fullmatch(line)
    return nearest_score(value_of(found[1])) if found else None


def _by_opinion(text: str, lines: list[str]) -> SurveyAnswer | None:
    """Judge by words: a long mail, or one that asks something, only begins with a kind word and is about something else."""
    if len(text) > MAX_OPINION or wants_answer(text):
        return None
    for line in lines:
        found = opinion_of_line(line)
        if found is not None:
            score, is_whole = found
            return SurveyAnswer(score, "" if is_whole and len(lines) == 1 else text)
    return None
