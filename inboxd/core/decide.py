"""Decide: facts and rules in, a ``Decision`` out. What may never break stands here, above every rule file."""

from collections.abc import Callable
from dataclasses import dataclass

from inboxd.core.actions import Hold, Notify, Reply, SetStatus, Snooze
from inboxd.core.courtesy import is_thanks
from inboxd.core.decision import Course, Decision, Disposition, RuleAction, Suppression
from inboxd.core.facts import EventKind, Facts, Unknown, field_values
from inboxd.core.limits import Limits, must_hold
from inboxd.core.mail import AutomaticKind
from inboxd.core.rules import Evaluation, Ruleset, evaluate

# Asks the limits whether a template may be sent to this customer now; None: it may.
Forbid = Callable[[str], Suppression | None]

_EVENTS = {
    Course.NEW_TICKET: EventKind.TICKET_CREATED,
    Course.FOLLOW_UP: EventKind.CUSTOMER_REPLIED,
    Course.SURVEY_ANSWER: EventKind.SURVEY_ANSWERED,
    Course.OPERATOR: EventKind.OPERATOR_REPLIED,
}
_SETTLED = {
    Course.OWN_MAIL: (Disposition.DISCARD, "our own mail came back; answering it would be a loop"),
    Course.BOUNCE: (Disposition.FILE, "a report on the delivery of another mail"),
    Course.FORGERY: (Disposition.HOLD, "claims to be from an operator and proves nothing"),
    Course.HOPS: (Disposition.HOLD, "it passed too many hosts: it goes round in circles"),
    Course.AUTO_REPLY: (Disposition.FILE, "an automatic reply is noted and never answered (RFC 3834 2)"),
    Course.THANKS: (Disposition.FILE, "says thanks and asks for nothing"),
}


def decide(facts: Facts, ruleset: Ruleset, limits: Limits, forbid: Forbid) -> Decision | Unknown:
    """Return what shall happen to a mail; ``UNKNOWN`` when a fact that decides it is not there yet."""
    course = settle_course(facts, limits)
    if course in _SETTLED:
        disposition, reason = _SETTLED[course]
        return Decision(disposition, course, reason, revision=ruleset.revision)
    event = _EVENTS[course]
    evaluation = evaluate(ruleset, event, field_values(facts))
    if isinstance(evaluation, Unknown):
        return evaluation
    return judge(course, event, evaluation, forbid, ruleset.revision)


def settle_course(facts: Facts, limits: Limits) -> Course:
    """Return which way a mail takes. The order is the point: what must never be answered is settled first."""
    if facts.automatic.kind is AutomaticKind.LOOP:
        return Course.OWN_MAIL
    if facts.bounce.is_bounce:
        return Course.BOUNCE
    if must_hold(limits, len(facts.mail.headers("Received"))) is not None:
        return Course.HOPS
    if facts.is_operator:
        return _operator_course(facts)
    if facts.automatic.kind is AutomaticKind.AUTO_REPLY:
        return Course.AUTO_REPLY
    return _customer_course(facts)


def judge(
    course: Course, event: EventKind, evaluation: Evaluation, forbid: Forbid, revision: str
) -> Decision:
    """Return the decision that the rules' actions come to once the limits have had their say."""
    allowed = _within_limits(evaluation, forbid)
    held = any(isinstance(item.action, Hold) for item in allowed.actions)
    answers = any(isinstance(item.action, Reply) for item in allowed.actions)
    disposition = Disposition.HOLD if held else Disposition.ANSWER if answers else Disposition.FILE
    return Decision(
        disposition,
        course,
        evaluation.hits[0].why or evaluation.hits[0].name
        if evaluation.hits
        else "no rule says anything about it",
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


@dataclass(frozen=True, slots=True)
class _Allowed:
    actions: tuple[RuleAction, ...]
    suppressed: tuple[Suppression, ...]
    must_notify: bool


def _operator_course(facts: Facts) -> Course:
    if facts.operator_proven:
        return Course.AUTO_REPLY if facts.automatic.is_automatic else Course.OPERATOR
    commands = facts.commands
    # Without proof he may ask a question like anybody else; a command or a relay he may not (DESIGN 2.6).
    claims = facts.threading.by.endswith(":forged") or (commands is not None and bool(commands.commands))
    return Course.FORGERY if claims else _customer_course(facts)


def _customer_course(facts: Facts) -> Course:
    if facts.threading.ticket is None:
        return Course.NEW_TICKET
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
