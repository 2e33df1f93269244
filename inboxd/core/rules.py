"""The rule language once read: rules in groups, and what they say about one event. Pure; nothing is done here.

Files in name order, rules in file order. In each group the first rule that matches wins; after a rule with
``continue`` the later ones of its group may act too. A ``shadow`` rule is judged as if it were live, but only noted.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from inboxd.core.actions import Action
from inboxd.core.conditions import Answer, Condition, Finding, check
from inboxd.core.facts import UNKNOWN, EventKind, FieldValue, Unknown

WON_BY_EARLIER = "group"


class RuleMode(StrEnum):
    """``SHADOW`` rules record what they would have done and do nothing."""

    LIVE = "live"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True)
class Rule:
    """One ``[[rule]]``. ``key_lines`` are the lines of its dotted keys (``then.reply``), for problems found later."""

    name: str
    why: str
    on: frozenset[EventKind]
    conditions: tuple[Condition, ...]
    actions: tuple[Action, ...]
    group: str
    continues: bool
    mode: RuleMode
    file: str
    line: int
    key_lines: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def line_of(self, key: str) -> int:
        """Return the line of a dotted key of this rule, or the rule's own."""
        return self.key_lines.get(key, self.line)


@dataclass(frozen=True, slots=True)
class Ruleset:
    """All rules in order. ``revision`` changes whenever a byte of the files does."""

    rules: tuple[Rule, ...] = ()
    revision: str = ""


@dataclass(frozen=True, slots=True)
class Miss:
    """A rule that did not act: ``missed_on`` is the condition that failed, or ``group`` when an earlier rule had won.

    ``note`` says more where there is more to say; ``cut_off``: a regular expression took too long to be judged.
    """

    name: str
    file: str
    line: int
    missed_on: str
    note: str = ""
    cut_off: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the rules say about one event: the rules that act, in order, those that do not, and those in shadow."""

    hits: tuple[Rule, ...]
    misses: tuple[Miss, ...]
    shadow_hits: tuple[Rule, ...]

    @property
    def actions(self) -> tuple[tuple[Rule, Action], ...]:
        """Return every action with the rule that asks for it, in order."""
        return tuple((rule, action) for rule in self.hits for action in rule.actions)


def evaluate(ruleset: Ruleset, event: EventKind, fields: Mapping[str, FieldValue]) -> Evaluation | Unknown:
    """Return what the rules say about ``event``; ``UNKNOWN`` when a fact that decides it is not there yet.

    Rules for other events are not mentioned. A shadow rule never makes a mail wait: unknown is a miss of it.
    """
    tally = _Tally()
    for rule in ruleset.rules:
        if event not in rule.on:
            continue
        if tally.is_decided(rule):
            tally.miss(rule, Finding(Answer.NO, WON_BY_EARLIER))
            continue
        finding = check(rule.conditions, fields)
        if finding.answer is Answer.YES:
            tally.hit(rule)
        elif finding.answer is Answer.UNKNOWN and rule.mode is RuleMode.LIVE:
            return UNKNOWN
        else:
            tally.miss(rule, finding)
    return Evaluation(tuple(tally.hits), tuple(tally.misses), tuple(tally.shadow_hits))


class _Tally:
    """Counts as the rules are gone through."""

    def __init__(self) -> None:
        self.hits: list[Rule] = []
        self.misses: list[Miss] = []
        self.shadow_hits: list[Rule] = []
        self._won: set[str] = set()
        self._won_in_shadow: set[str] = set()

    def is_decided(self, rule: Rule) -> bool:
        """Return whether an earlier rule of the group leaves this one nothing to do."""
        return rule.group in self._won or (rule.mode is RuleMode.SHADOW and rule.group in self._won_in_shadow)

    def hit(self, rule: Rule) -> None:
        in_shadow = rule.mode is RuleMode.SHADOW
        (self.shadow_hits if in_shadow else self.hits).append(rule)
        if not rule.continues:
            (self._won_in_shadow if in_shadow else self._won).add(rule.group)

    def miss(self, rule: Rule, finding: Finding) -> None:
        note = finding.note or ("not known yet" if finding.answer is Answer.UNKNOWN else "")
        cut_off = bool(finding.note)
        self.misses.append(Miss(rule.name, rule.file, rule.line, finding.key, note, cut_off))
