"""The score a folded line states as a number: a fraction, stars, points, a sentence with a number in it."""

import re

from inboxd.core.folding import folded
from inboxd.core.survey_opinions import is_verdict, opinion_of_line
from inboxd.core.survey_patterns import (
    A_NUMBER,
    ASTERISKS,
    BEHIND,
    BULLET,
    CHINESE_LABEL,
    CHINESE_NUMERAL,
    CHINESE_POINTS,
    COMPARED,
    COUNTS,
    DATE_BEFORE,
    DENIED,
    FRACTION,
    GIVEN,
    HOLLOW_RUN,
    LABEL,
    LAST,
    LEAD,
    NUMBER_NOUN,
    NUMBER_WORD,
    NUMBERS_ALONE,
    PERCENT,
    POINTS,
    RANGE,
    RATHER,
    SALUTATION,
    SCHOOL_MARK,
    STAR_RUN,
    STARS,
    THEREFORE,
    TIMES,
    TOP,
    VERDICT,
    WORD_FRACTION_END,
    WORDS,
    WOULD,
    WRAPPING,
)
from inboxd.core.survey_words import (
    AROUND_A_NUMBER,
    ARTICLES,
    BEHIND_A_NUMBER,
    NAMED_BY_NUMBER,
    NUMBERS,
    TROUBLE,
)

LOWEST, HIGHEST = 1, 5
PER_CENT = 100
TOPPED = (5, 10, 100)  # scales people go beyond, out of joy
MAX_LINE = 300
COPULAS = frozenset({"is", "ist", "est", "es", "lautet", "was", "war"})
EMPTY_STARS = "☆✩"
MAX_WORDS = 14  # of a sentence whose only number is the score


def plain_line(line: str) -> str:
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
        if word in ARTICLES and not (
            COUNTS.search(line[: found.start()]) and NUMBER_NOUN.match(line, found.end())
        ):
            return word
        return str(NUMBERS[word])

    line = NUMBER_WORD.sub(as_digit, line)
    return CHINESE_NUMERAL.sub(lambda found: str(NUMBERS[found[0]]), line)


def _is_inside_word(line: str, found: re.Match[str]) -> bool:
    before, after = line[: found.start()][-1:], line[found.end() :][:1]
    return before.isalnum() or after.isalnum() or before == "'" or after == "'"


def stated_score(line: str) -> int | None:
    """Return the score a line states in so many words, wherever it stands."""
    without = DENIED.sub(" ", line).strip(" ,;.，。")
    if without != line.strip(" ,;.，。"):
        return _replaced(without)
    return _concluded(line) or _fraction(line) or _star_run(line) or _named(line) or _among_fillers(line)


def _replaced(line: str) -> int | None:
    """Return the score that takes the place of a denied one."""
    found = RATHER.search(line)
    if found:
        return nearest_score(value_of(found[1]))
    return _fraction(line) or _named(line) or lone_score(line) or _among_fillers(line)


def _concluded(line: str) -> int | None:
    found = SCHOOL_MARK.search(line)
    if found:
        return nearest_score(6 - int(found[1]))
    found = COMPARED.search(line) or THEREFORE.search(line)
    return nearest_score(value_of(found[1])) if found else None


def _among_fillers(line: str) -> int | None:
    """Return the one number of a line whose words say nothing (``hmm, 3 i guess``)."""
    found = NUMBERS_ALONE.findall(line)
    if len(set(found)) != 1 or re.sub(r"\D", "", line) != "".join(found):
        return None
    words = WORDS.findall(line)
    return nearest_score(float(found[0])) if all(word in AROUND_A_NUMBER for word in words) else None


def _fraction(line: str) -> int | None:
    for found in FRACTION.finditer(line):
        value, scale = value_of(found[1]), int(found[2])
        is_words = "/" not in found[0]
        if found.start() == 0 and scale < value <= 2 * scale and "/" in found[0] and scale in TOPPED:
            return HIGHEST  # "11/10"
        if value > scale or DATE_BEFORE.search(line[: found.start()][-12:]):
            continue
        if not is_words or WORD_FRACTION_END.match(line, found.end()):
            return scaled(value, scale)
    return None


def _star_run(line: str) -> int | None:
    counted = TIMES.match(line)
    if counted:
        return int(counted[1] or counted[2])
    found = STAR_RUN.search(line)
    if found:
        count = sum(1 for char in found[0] if not char.isspace() and char not in EMPTY_STARS)
        at_edge = found.start() == 0 or (found.end() == len(line) and count > 1)
        return min(count, HIGHEST) if at_edge else None
    if HOLLOW_RUN.match(line) or ASTERISKS.match(line):
        return sum(1 for char in line if not char.isspace())
    return None


def _named(line: str) -> int | None:
    if sum(char.isdigit() for char in line) == 1:
        found = LAST.search(line)
        if found:
            return nearest_score(value_of(found[1]))
    for pattern in (STARS, CHINESE_POINTS, LABEL, CHINESE_LABEL, GIVEN, A_NUMBER, WOULD):
        found = pattern.search(line)
        if found:
            return nearest_score(value_of(found[1]))
    return None


def lone_score(line: str) -> int | None:
    """Return the score of a line that begins with it (``4``, ``4 - thanks``, ``5 quick and friendly``, ``100 %``)."""
    found = LEAD.match(line)
    if found:
        score = nearest_score(value_of(found[1]))
        return _by_words(score, line[found.end() :]) if is_verdict(line[found.end() :]) else score
    found = VERDICT.match(line)
    if found and is_verdict(found[2]):
        return _by_words(int(found[1]), found[2])
    found = RANGE.match(line)
    if found:
        return nearest_score((int(found[1]) + int(found[2])) // 2)
    found = PERCENT.match(line)
    if found and int(found[1]) <= PER_CENT:
        return scaled(int(found[1]), PER_CENT)
    found = POINTS.match(line)
    if found:
        return nearest_score(value_of(found[1]))
    return HIGHEST if TOP.match(line) else _lone(line)


def _lone(line: str) -> int | None:
    """Return the only number of a short sentence, where nothing says that it counts or names something else."""
    found = list(NUMBERS_ALONE.finditer(line))
    words = WORDS.findall(line)
    if len(found) != 1 or "?" in line or len(words) > MAX_WORDS or re.sub(r"\D", "", line) != found[0][0]:
        return None
    before = WORDS.findall(line[: found[0].start()])[-2:]
    # "my order number is 4": what is named stands before the verb.
    before = before if before[-1:] and before[-1] in COPULAS else before[-1:]
    after = BEHIND.match(line, found[0].end())
    if TROUBLE.intersection(words) or NAMED_BY_NUMBER.intersection(before):
        return None
    return nearest_score(float(found[0][0])) if after is None or after[1] in BEHIND_A_NUMBER else None


def _by_words(score: int, words: str) -> int:
    """Return the score, unless the words right behind it say the opposite: ``1 - excellent`` took 1 for the best."""
    opinion = opinion_of_line(words.strip(" .,:;()!-–"))
    return opinion[0] if opinion and {score, opinion[0]} == {LOWEST, HIGHEST} else score


def value_of(text: str) -> float:
    """Return a number that may be written with a comma."""
    return float(text.replace(",", "."))


def scaled(value: float, scale: int) -> int:
    """Return a value of a scale that ends at ``scale`` as a score of five."""
    return nearest_score(value * HIGHEST / scale)


def nearest_score(value: float) -> int:
    """Return the nearest score, halves up; the 0 that angry people give is a 1, the 10 of the pleased a 5."""
    return min(max(int(value + 0.5), LOWEST), HIGHEST)
