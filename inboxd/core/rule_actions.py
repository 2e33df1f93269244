"""The actions of rules, folded into an ``Outcome`` one by one; a new action is one ``case`` here."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import assert_never

from inboxd.core.actions import (
    AddNote,
    Assign,
    Draft,
    Forward,
    Hold,
    Notify,
    Reply,
    SetCategory,
    SetPriority,
    SetStatus,
    Snooze,
    Survey,
    Tag,
    Untag,
    Webhook,
)
from inboxd.core.assign import Colleague, choose_operator
from inboxd.core.decision import RuleAction
from inboxd.core.mail import Attachment
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Call, Letter, Outcome, change_status, require_ticket
from inboxd.core.states import IllegalTransition, TicketEvent
from inboxd.core.ticket import Message

ACKNOWLEDGEMENT = "acknowledgement"
# Asks back for the symptoms of an article that the mail does not name.
ASK_SYMPTOMS = "ask_symptoms"
KB_ANSWER = "kb_answer"
DRAFT = "draft"
# What most providers still take; more is named in the notification and lies in the mailbox or the store.
MOST_ATTACHED = 10_000_000
_BY_CUSTOMER = frozenset({"ticket.created", "customer.replied", "survey.answered"})
# Nobody has just asked anything: what is written now reminds or thanks, unless it is an article.
_UNASKED = frozenset({"ticket.idle", "sla.warned", "sla.breached", "survey.answered"})
_STATUS_EVENTS = {
    "open": TicketEvent.SET_OPEN,
    "pending": TicketEvent.SET_PENDING,
    "solved": TicketEvent.SET_SOLVED,
}


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What actions need beyond the ticket. ``key`` names the cause once and for all (``mail:34``, ``sla:12:…``).

    ``question`` is what the customer wrote first, ``articles`` all slugs there are, ``categories`` their names, ``copied`` who gets a copy of a reply.
    ``actor`` is the operator whose doing this is (his main address): he is not told of it.
    """

    now: dt.datetime
    key: str
    event: str
    customer: str
    colleagues: tuple[Colleague, ...]
    article: str = ""
    confidence: float | None = None
    missing: tuple[str, ...] = ()
    text: str = ""
    question: str = ""
    articles: frozenset[str] = frozenset()
    categories: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    mail_id: int | None = None
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)
    actor: str = ""


def letter_kind(template: str) -> Kind:
    """Return the kind of the mail a ``reply`` makes: everything but the acknowledgement counts as an answer."""
    return Kind.ACKNOWLEDGEMENT if template == ACKNOWLEDGEMENT else Kind.ANSWER


def answers_question(letter: Letter) -> bool:
    """Return whether a mail to the customer answers what he asked: a reminder or a thank-you stops no clock."""
    return letter.kind in {Kind.ANSWER, Kind.RELAY} and (
        letter.template == KB_ANSWER or letter.event not in _UNASKED
    )


def act_all(outcome: Outcome, actions: tuple[RuleAction, ...], around: Surroundings) -> Outcome:
    """Return the outcome after all actions, in their order but for snooze and, at the end, notifications."""
    for item in sorted(actions, key=_turn):
        outcome = _act(outcome, item, around)
    return outcome


def _turn(item: RuleAction) -> int:
    """Return 1 for a snooze, which a change of status would end, and 2 for what tells people what was done."""
    return 2 if isinstance(item.action, Notify) else int(isinstance(item.action, Snooze))


def notify(outcome: Outcome, names: tuple[str, ...], around: Surroundings, why: dict[str, object]) -> Outcome:
    """Return the outcome with a notification to the named operators, else the assignee, else all; never the actor."""
    ticket = require_ticket(outcome)
    named = [one for one in around.colleagues if one.name in names or one.address in names]
    assignee = [one for one in around.colleagues if one.address == ticket.assignee]
    sent = next((letter.kind for letter in outcome.letters if letter.to == (around.customer,)), None)
    for colleague in named or assignee or around.colleagues:
        key = f"notify:{around.key}:{colleague.address}"
        if colleague.address != around.actor and all(letter.once_key != key for letter in outcome.letters):
            letter = Letter(
                Kind.NOTIFICATION,
                "notification",
                (colleague.address,),
                key,
                why,
                event=around.event,
                article=ticket.suggested_article,
                sent=sent.value if sent else "",
                attachments=_shown_to_operator(around),
            )
            outcome = outcome.with_letter(letter)
    return outcome


def offer_draft(outcome: Outcome, template: str, around: Surroundings) -> Outcome:
    """Return the outcome with the template's mail as a reply that lies ready; unchanged when nothing is to be said.

    In place of ``kb_answer``, which says that a machine chose the article, it is the template ``draft``.
    """
    template = DRAFT if template == KB_ANSWER else template
    article = around.article if template == DRAFT else ""
    if not around.customer or (template == DRAFT and not article):
        return outcome
    letter = Letter(
        Kind.ANSWER,
        template,
        (around.customer,),
        f"draft:{around.key}",
        article=article,
        author=require_ticket(outcome).assignee,
        cc=around.copied,
        event=around.event,
    )
    return replace(outcome, draft=letter)


def _shown_to_operator(around: Surroundings) -> tuple[Attachment, ...]:
    """Return the customer's files, so that the operator can open them; too large ones are only named."""
    if around.event not in _BY_CUSTOMER or sum(one.size for one in around.attachments) > MOST_ATTACHED:
        return ()
    return around.attachments


def _act(outcome: Outcome, item: RuleAction, around: Surroundings) -> Outcome:  # noqa: C901, PLR0911, PLR0912  one case per action
    rule, action = item.rule, item.action
    ticket = require_ticket(outcome)
    match action:
        case Reply(template):
            return _reply(outcome, template, item, around)
        case Draft(template):
            return offer_draft(
                outcome.with_event("draft", template=template, rule=rule.name), template, around
            )
        case Tag(tags):
            return outcome.with_ticket(tags=tuple(dict.fromkeys((*ticket.tags, *tags))))
        case Untag(tags):
            return outcome.with_ticket(tags=tuple(tag for tag in ticket.tags if tag not in tags))
        case SetPriority(priority):
            return outcome.with_ticket(priority=priority)
        case SetCategory(category):
            return outcome.with_ticket(category=category)
        case SetStatus(status):
            return _set_status(outcome, status, rule.name, around)
        case Assign(operator, skill):
            chosen = choose_operator(around.colleagues, name=operator, skill=skill)
            return outcome.with_ticket(assignee=chosen.address) if chosen else outcome
        case Notify(operators):
            return notify(outcome, operators, around, _why(item))
        case Forward(addresses):
            return _forward(outcome, addresses, item, around)
        case Snooze(span):
            until = around.now + span
            return outcome.with_ticket(snoozed_until=until).with_event("snoozed", until=until.isoformat())
        case AddNote(text):
            note = Message("note", "note", f"rule {rule.name}", "", around.now, text)
            return replace(outcome, messages=(*outcome.messages, note))
        case Survey(wanted):
            return outcome.with_ticket(survey="always" if wanted else "never")
        case Webhook(url):
            call = Call(url, around.event, f"webhook:{around.key}:{url}", _why(item))
            return replace(outcome, calls=(*outcome.calls, call))
        case Hold():
            return outcome  # the whole mail is held: nothing of this outcome is applied
        case _:
            assert_never(action)


def _reply(outcome: Outcome, template: str, item: RuleAction, around: Surroundings) -> Outcome:
    kind = letter_kind(template)
    article = around.article if template == KB_ANSWER else ""
    if template == KB_ANSWER and not article:
        # Only a rule that does not ask for kb.sure comes here: there is nothing to answer with.
        return outcome.with_event("suppressed", template=template, limit="no_article", why="no article fits")
    if template == ASK_SYMPTOMS and not around.missing:
        return outcome.with_event(
            "suppressed", template=template, limit="no_symptoms", why="nothing is left to ask"
        )
    letter = Letter(
        kind,
        template,
        (around.customer,),
        f"reply:{around.key}",
        _why(item),
        article=article,
        event=around.event,
        missing=around.missing,
    )
    if answers_question(letter):
        outcome = outcome.with_ticket(
            answered_automatically=True, automatic_article=article, automatic_confidence=around.confidence
        )
    return outcome.with_letter(letter)


def _set_status(outcome: Outcome, status: str, rule: str, around: Surroundings) -> Outcome:
    try:
        return change_status(outcome, _STATUS_EVENTS[status], around.now, actor="rule", by=rule)
    except IllegalTransition as error:
        # A rule written for open tickets must not hold the mail of a closed one (DESIGN 2.8).
        return outcome.with_event("refused", rule=rule, why=str(error))


def _forward(outcome: Outcome, addresses: tuple[str, ...], item: RuleAction, around: Surroundings) -> Outcome:
    for address in addresses:
        letter = Letter(
            Kind.NOTIFICATION,
            "relay",
            (address,),
            f"forward:{around.key}:{address}",
            _why(item),
            text=around.text,
            attachments=around.attachments,
            event=around.event,
        )
        outcome = outcome.with_letter(letter)
    return outcome.with_event("forwarded", to=list(addresses))


def _why(item: RuleAction) -> dict[str, object]:
    rule = item.rule
    return {"rule": rule.name, "file": rule.file, "line": rule.line, "why": rule.why}
