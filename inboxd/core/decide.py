"""Decide: facts and rules in, a ``Decision`` out. What may never break stands here, above every rule file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from inboxd.core.actions import Hold, Notify, Reply, SetStatus, Snooze
from inboxd.core.conditions import AnyOf, Condition
from inboxd.core.courtesy import is_thanks
from inboxd.core.decision import Course, Decision, Disposition, RuleAction, Suppression
from inboxd.core.fact_fields import field_values
from inboxd.core.facts import EventKind, Facts, FieldValue, Unknown
from inboxd.core.limits import Limits, must_hold
from inboxd.core.mail import AutomaticKind
from inboxd.core.rules import Evaluation, Rule, Ruleset, evaluate
from inboxd.core.sent_copy import SentCopy

# Asks the limits whether a template may be sent to this customer now; None: it may.
Forbid = Callable[[str], Suppression | None]

_EVENTS = {
    Course.NEW_TICKET: EventKind.TICKET_CREATED,
    Course.FOLLOW_UP: EventKind.CUSTOMER_REPLIED,
    Course.SURVEY_ANSWER: EventKind.SURVEY_ANSWERED,
    Course.OPERATOR: EventKind.OPERATOR_REPLIED,
    Course.SENT: EventKind.OPERATOR_REPLIED,
}
_SETTLED = {
    Course.OWN_COPY: (Disposition.DISCARD, "a duplicate of a mail we sent; answering it would be a loop"),
    Course.OWN_MAIL: (
        Disposition.HOLD,
        "claims to be our own mail and is none we know; answering it would be a loop",
    ),
    Course.SENT_ELSEWHERE: (Disposition.FILE, "lies in Sent, and answers no customer of the desk"),
    Course.BOUNCE: (Disposition.FILE, "a report on the delivery of another mail"),
    Course.FORGERY: (Disposition.HOLD, "claims to be from an operator and proves nothing"),
    Course.HOPS: (Disposition.HOLD, "it passed too many hosts: it goes round in circles"),
    Course.BEFORE_RESTORE: (
        Disposition.HOLD,
        "came from an operator before the backup was put back, and may have been carried out; release it to do it now",
    ),
    Course.AUTO_REPLY: (Disposition.FILE, "an automatic reply is noted and never answered (RFC 3834 2)"),
    Course.THANKS: (Disposition.FILE, "says thanks and asks for nothing"),
    Course.SURVEY_STOP: (Disposition.FILE, "wants no further surveys"),
}
_UNBOUND = (Disposition.HOLD, "sent by a machine, and it belongs to no ticket: a person looks at it")


def decide(facts: Facts, ruleset: Ruleset, limits: Limits, forbid: Forbid) -> Decision | Unknown:
    """Return what shall happen to a mail; ``UNKNOWN`` when a fact that decides it is not there yet."""
    course = settle_course(facts, limits)
    if course in _SETTLED:
        disposition, reason = _UNBOUND if _is_unbound(course, facts) else _SETTLED[course]
        return Decision(disposition, course, reason, revision=ruleset.revision)
    event = event_of(course, facts)
    if event is None:
        raise ValueError(f"no rule has a say in {course}")
    return decide_by_rules(course, event, field_values(facts), ruleset, forbid, released=facts.released)


def decide_by_rules(
    course: Course,
    event: EventKind,
    fields: Mapping[str, FieldValue],
    ruleset: Ruleset,
    forbid: Forbid,
    *,
    released: bool = False,
) -> Decision | Unknown:
    """Return what the rules decide about a mail whose course is settled; ``UNKNOWN`` as in ``decide``."""
    evaluation = evaluate(ruleset, event, fields)
    if isinstance(evaluation, Unknown):
        return evaluation
    if course is not Course.FORWARDED:
        return judge(course, event, evaluation, forbid, ruleset.revision, released=released)
    asked_for = replace(evaluation, hits=tuple(map(_without_answer, evaluation.hits)))
    decision = judge(course, event, asked_for, forbid, ruleset.revision)
    told = any(isinstance(item.action, Notify) for item in decision.actions)
    return replace(decision, must_notify=not told and asked_for != evaluation)


def settle_course(facts: Facts, limits: Limits) -> Course:
    """Return which way a mail takes. The order is the point: what must never be answered is settled first."""
    if facts.sent is not None:
        return _sent_course(facts.sent, facts)
    if facts.own_copy and facts.automatic.kind is AutomaticKind.LOOP:
        return Course.OWN_COPY
    if facts.automatic.kind is AutomaticKind.LOOP:
        return _customer_course(facts) if _is_filed(facts) else Course.OWN_MAIL
    if facts.bounce.is_bounce:
        return _machine_course(facts, Course.BOUNCE)
    if not facts.released and must_hold(limits, len(facts.mail.headers("Received"))) is not None:
        return Course.HOPS
    if facts.is_operator:
        return _not_twice(_operator_course(facts), facts)
    if facts.automatic.kind is AutomaticKind.AUTO_REPLY:
        return _machine_course(facts, Course.AUTO_REPLY)
    return _customer_course(facts)


def judge(
    course: Course,
    event: EventKind,
    evaluation: Evaluation,
    forbid: Forbid,
    revision: str,
    *,
    released: bool = False,
) -> Decision:
    """Return the decision that the rules' actions come to once the limits have had their say.

    ``released``: a person let the mail go on, so no rule holds it again.
    """
    allowed = _within_limits(evaluation, forbid)
    held = not released and any(isinstance(item.action, Hold) for item in allowed.actions)
    answers = any(isinstance(item.action, Reply) for item in allowed.actions)
    disposition = Disposition.HOLD if held else Disposition.ANSWER if answers else Disposition.FILE
    return Decision(
        disposition,
        course,
        _reason(evaluation, allowed.actions),
        event=event,
        actions=allowed.actions,
        hits=evaluation.hits,
        misses=evaluation.misses,
        shadow=evaluation.shadow_hits,
        suppressed=allowed.suppressed,
        must_notify=allowed.must_notify,
        revision=revision,
    )


def _reason(evaluation: Evaluation, actions: tuple[RuleAction, ...]) -> str:
    """Return the why of the rule that matters most: the one that answers, else the one that tells somebody."""
    for kind in (Hold, Reply, Notify):
        for item in actions:
            if isinstance(item.action, kind):
                return item.rule.why or item.rule.name
    return (
        evaluation.hits[0].why or evaluation.hits[0].name
        if evaluation.hits
        else "no rule says anything about it"
    )


def event_of(course: Course, facts: Facts) -> EventKind | None:
    """Return the event that rules are asked about; None for a course that no rule has a say in."""
    if course is Course.FORWARDED:
        course = Course.NEW_TICKET if facts.threading.ticket is None else Course.FOLLOW_UP
    return _EVENTS.get(course)


def _without_answer(rule: Rule) -> Rule:
    """Return the rule without answering the customer, unless it is meant for what operators send in.

    Who forwards a mail means to answer it himself. A rule that may not answer must not say "answered" either.
    """
    if not any(isinstance(action, Reply) for action in rule.actions) or _names_operator(rule.conditions):
        return rule
    kept = tuple(action for action in rule.actions if not isinstance(action, Reply | SetStatus | Snooze))
    return replace(rule, actions=kept)


def _names_operator(conditions: tuple[Condition, ...]) -> bool:
    return any(
        any(map(_names_operator, condition.alternatives))
        if isinstance(condition, AnyOf)
        else condition.field == "sender.is_operator"
        for condition in conditions
    )


@dataclass(frozen=True, slots=True)
class _Allowed:
    actions: tuple[RuleAction, ...]
    suppressed: tuple[Suppression, ...]
    must_notify: bool


def _sent_course(sent: SentCopy, facts: Facts) -> Course:
    if sent.ours:
        return Course.OWN_COPY
    begins = sent.placed or (sent.starts and not facts.imported)
    return (
        Course.SENT
        if sent.answers and (begins or facts.threading.ticket is not None)
        else Course.SENT_ELSEWHERE
    )


def _operator_course(facts: Facts) -> Course:
    commands = facts.commands.commands if facts.commands is not None else ()
    if not facts.operator_proven:
        # Without proof he may ask a question like anybody else; a command or a relay he may not (DESIGN 2.6).
        # Released by a person, it is a stranger's mail like any other: its commands stay unread.
        forged = facts.threading.by.endswith(":forged") or bool(commands) or _is_disowned(facts)
        if forged and not facts.released:
            return Course.FORGERY
        return Course.FORWARDED if facts.forwarded is not None else _customer_course(facts)
    if facts.forwarded is not None:
        return Course.FORWARDED
    if facts.automatic.is_automatic:
        return _machine_course(facts, Course.AUTO_REPLY)
    refers = bool(facts.mail.in_reply_to or facts.mail.references)
    if facts.threading.ticket is None and not (refers or (facts.commands and facts.commands.asks)):
        # A mail of his own that answers nothing and orders nothing is a question like any other.
        return _customer_course(facts)
    return Course.OPERATOR


def _not_twice(course: Course, facts: Facts) -> Course:
    """Return the course of an operator's mail; what would relay or command a second time waits for a person."""
    repeats = facts.before_restore and not facts.released and not facts.imported
    return Course.BEFORE_RESTORE if repeats and course is Course.OPERATOR else course


def _is_disowned(facts: Facts) -> bool:
    """Return True when the operator's own domain says that he did not write it (DMARC); history is left alone."""
    auth = facts.sender_auth
    return auth.method == "dmarc" and auth.result == "fail" and not facts.imported


def _machine_course(facts: Facts, course: Course) -> Course:
    return Course.NEW_TICKET if facts.threading.ticket is None and _is_filed(facts) else course


def _is_filed(facts: Facts) -> bool:
    """Return True for what a person let go on, and for history: it becomes a message like any other mail."""
    return facts.released or facts.imported


def _is_unbound(course: Course, facts: Facts) -> bool:
    return course in {Course.BOUNCE, Course.AUTO_REPLY} and facts.threading.ticket is None


def _customer_course(facts: Facts) -> Course:
    if facts.threading.ticket is None:
        return Course.NEW_TICKET
    if facts.survey_stop:
        return Course.SURVEY_STOP
    if facts.survey_answer is not None:
        return Course.SURVEY_ANSWER
    if facts.automatic.kind is AutomaticKind.PERSONAL and is_thanks(facts.written.new_text):
        return Course.THANKS
    return Course.FOLLOW_UP


def _within_limits(evaluation: Evaluation, forbid: Forbid) -> _Allowed:
    """Drop what the limits forbid; a rule that may not answer must not say "answered" either, and a person is told."""
    actions: list[RuleAction] = []
    suppressed: list[Suppression] = []
    replied = False
    for rule in evaluation.hits:
        refused = False
        for action in rule.actions:
            if isinstance(action, Reply):
                no = _one_reply_only(action) if replied else forbid(action.template)
                refused = refused or no is not None
                replied = replied or no is None
                if no is not None:
                    suppressed.append(no)
                    continue
            actions.append(RuleAction(rule, action))
        if refused:
            actions = [
                item
                for item in actions
                if item.rule is not rule or not isinstance(item.action, SetStatus | Snooze)
            ]
    told = any(isinstance(item.action, Notify) for item in actions)
    return _Allowed(
        tuple(actions), tuple(suppressed), must_notify=bool(suppressed) and not told and not replied
    )


def _one_reply_only(action: Reply) -> Suppression:
    return Suppression(action.template, "one_per_mail", "another rule already answers this mail")
