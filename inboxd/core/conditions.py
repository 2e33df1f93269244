"""The conditions of a rule, answered with yes, no or *unknown* (OpenSMTPD's three-valued check)."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import regex

from inboxd.core.facts import FieldValue, Unknown
from inboxd.core.rule_fields import Operator

MATCH_SECONDS = 0.1
# Of longer texts the beginning is looked at, so that no mail makes the rules slow.
MAX_TEXT = 100_000

_NUMBER = re.compile(r"\s*[-+]?\d{1,15}(?:\.\d{1,15})?\s*")
# Normalising is quadratic in a run of combining marks; pieces keep it linear.
_PIECE = 1_000

Operand = str | int | float | bool | dt.timedelta | regex.Pattern[str]
Scalar = str | int | float | bool | dt.timedelta


class Answer(StrEnum):
    """What a condition says about an event. ``UNKNOWN``: a fact is not there yet, ask again later."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: ``field`` (of the header ``header``) with any of ``operands``.

    ``key`` is the condition as the author wrote it, without ``when.``; ``line`` is where.
    """

    key: str
    field: str
    operator: Operator
    operands: tuple[Operand, ...]
    header: str = ""
    negated: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Holds when all conditions of one of the ``alternatives`` hold."""

    key: str
    alternatives: tuple[tuple["Condition", ...], ...]
    negated: bool = False
    line: int = 0


Condition = Comparison | AnyOf


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer, the key of the condition that decided it, and a note when a comparison was cut off.

    What was cut off is a no that no ``not`` turns into a yes: a rule never acts on a comparison nobody finished.
    """

    answer: Answer
    key: str = ""
    note: str = ""


def check(conditions: tuple[Condition, ...], fields: Mapping[str, FieldValue]) -> Finding:
    """Return whether all of ``conditions`` hold: a no outweighs an unknown, no conditions are a yes."""
    waiting: Finding | None = None
    for condition in conditions:
        finding = (
            _answer(condition, fields) if isinstance(condition, Comparison) else _any_of(condition, fields)
        )
        if finding.answer is Answer.NO:
            return finding
        if finding.answer is Answer.UNKNOWN:
            waiting = waiting or finding
    return waiting or Finding(Answer.YES)


def _any_of(condition: AnyOf, fields: Mapping[str, FieldValue]) -> Finding:
    findings = [check(alternative, fields) for alternative in condition.alternatives]
    answers = {finding.answer for finding in findings}
    note = next((finding.note for finding in findings if finding.note), "")
    if Answer.YES in answers:
        return Finding(_negate(Answer.YES, condition.negated), condition.key)
    if note:
        return Finding(Answer.NO, condition.key, note)
    if Answer.UNKNOWN in answers:
        return Finding(Answer.UNKNOWN, condition.key)
    return Finding(_negate(Answer.NO, condition.negated), condition.key)


def _answer(comparison: Comparison, fields: Mapping[str, FieldValue]) -> Finding:
    value = fields.get(comparison.field)
    if isinstance(value, Unknown):
        return Finding(Answer.UNKNOWN, comparison.key)
    values = _scalars(value, comparison.header)
    try:
        holds = _compare(comparison, values)
    except TimeoutError:
        note = f"{comparison.key}: the regular expression was cut off after {MATCH_SECONDS * 1000:.0f} ms"
        return Finding(Answer.NO, comparison.key, note)
    return Finding(_negate(Answer.YES if holds else Answer.NO, comparison.negated), comparison.key)


def _negate(answer: Answer, negated: bool) -> Answer:  # noqa: FBT001  both are what a condition is made of
    if not negated or answer is Answer.UNKNOWN:
        return answer
    return Answer.NO if answer is Answer.YES else Answer.YES


def _scalars(value: FieldValue, header: str) -> tuple[Scalar, ...]:
    """Return what there is to compare: nothing for an absent fact, each of several values."""
    if value is None or value == "":
        return ()
    if isinstance(value, Mapping):
        return value.get(header.lower(), ())
    return value if isinstance(value, tuple) else (value,)


def _compare(comparison: Comparison, values: tuple[Scalar, ...]) -> bool:
    match comparison.operator:
        case Operator.EXISTS:
            return any(_is_something(value) for value in values) in comparison.operands
        case Operator.EQUALS:
            wanted = {_folded(operand) for operand in comparison.operands}
            return any(_folded(value) in wanted for value in values)
        case Operator.CONTAINS:
            parts = [_fold(operand) for operand in comparison.operands if isinstance(operand, str)]
            texts = [_fold(value) for value in values if isinstance(value, str)]
            return any(part in text for text in texts for part in parts)
        case Operator.MATCHES:
            return _matches(comparison.operands, values)
        case Operator.AT_LEAST | Operator.AT_MOST:
            numbers = (_number(value) for value in values) if comparison.header else values
            return any(_in_bounds(comparison.operator, value, comparison.operands[0]) for value in numbers)


def _matches(patterns: tuple[Operand, ...], values: tuple[Scalar, ...]) -> bool:
    """Return whether a pattern is found. Several values are searched as lines of one text, so that one limit holds."""
    text = "\n".join(value for value in values if isinstance(value, str))[:MAX_TEXT]
    if not values:
        return False
    return any(
        pattern.search(text, timeout=MATCH_SECONDS) is not None
        for pattern in patterns
        if isinstance(pattern, regex.Pattern)
    )


def _number(value: Scalar) -> Scalar:
    """Return what a column of customers.csv says: everything there is text, also a number."""
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _in_bounds(operator: Operator, value: Scalar, bound: Operand) -> bool:
    if isinstance(value, dt.timedelta) and isinstance(bound, dt.timedelta):
        return value >= bound if operator is Operator.AT_LEAST else value <= bound
    if isinstance(value, int | float) and isinstance(bound, int | float):
        return value >= bound if operator is Operator.AT_LEAST else value <= bound
    return False


def _is_something(value: Scalar) -> bool:
    """Return whether there is anything: no attachments and no confidence are nothing, a plain no is an answer."""
    return isinstance(value, bool | str) or bool(value)


def _folded(value: Scalar | Operand) -> Scalar | Operand:
    return _fold(value).strip() if isinstance(value, str) else value


def _fold(text: str) -> str:
    """Return the form texts are compared in: case, full-width forms and composed letters do not count."""
    shown = text[:MAX_TEXT]
    if shown.isascii():
        return shown.lower()
    pieces = (shown[start : start + _PIECE] for start in range(0, len(shown), _PIECE))
    return "".join(unicodedata.normalize("NFKC", piece) for piece in pieces).casefold()
