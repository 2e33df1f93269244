"""From a decision to an ``Outcome``: one function per course a mail can take."""

from dataclasses import dataclass, field, replace

from inboxd.core.actions import Notify
from inboxd.core.admission import BYSTANDER
from inboxd.core.archive import as_history
from inboxd.core.assign import Colleague, choose_by_tags
from inboxd.core.bounce_outcome import Returned, work_out_bounce
from inboxd.core.decision import Course, Decision
from inboxd.core.draft_offer import with_likely_draft
from inboxd.core.evidence import message_id_key
from inboxd.core.facts import EventKind, Facts
from inboxd.core.feedback import Verdict, from_reply
from inboxd.core.forward_outcome import with_forwarder
from inboxd.core.guards import sentence_of
from inboxd.core.mail_kind import Kind
from inboxd.core.new_ticket import new_ticket, with_suggestion
from inboxd.core.operator_outcome import work_out_operator
from inboxd.core.orders import Orders
from inboxd.core.outcome import (
    Outcome,
    SurveyAnswered,
    change_status,
    require_ticket,
    with_missing_link,
)
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.participants import participants, writer
from inboxd.core.rule_actions import Surroundings, act_all, notify
from inboxd.core.sent_outcome import work_out_sent
from inboxd.core.states import TicketEvent, TicketStatus
from inboxd.core.survey import wants_answer
from inboxd.core.ticket import Message, Participant, Reference, Ticket
from inboxd.core.trials import with_trial

BAD_SCORE = 2
_PRIORITY_UP = {"low": "normal", "normal": "high", "high": "high", "urgent": "urgent"}
# What of a mail's references is remembered, so that siblings of a conversation we joined late find each other.
_MAX_NAMED = 20


@dataclass(frozen=True, slots=True)
class Situation:
    """What the courses need beyond facts and decision.

    ``next_number`` is reserved for a new ticket; ``first_text`` is what the customer wrote first on this one.
    ``articles`` are all slugs there are; ``copied`` are those who get a copy of an answer. ``orders`` are an operator's.
    ``follows_answer``: nobody wrote on the ticket since it was answered automatically.
    """

    mail_id: int
    next_number: int
    ticket: Ticket | None
    colleagues: tuple[Colleague, ...]
    own_addresses: OwnAddresses
    zone: str
    returned: Returned | None = None
    first_text: str = ""
    articles: frozenset[str] = frozenset()
    categories: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    orders: Orders = field(default_factory=Orders)
    follows_answer: bool = False
    form_senders: frozenset[str] = frozenset()


def work_out(facts: Facts, decision: Decision, situation: Situation) -> Outcome:
    """Return everything that follows from a decided mail. A held or discarded mail changes no ticket."""
    outcome = _by_course(facts, decision, situation)
    return as_history(outcome, facts.now) if facts.imported else outcome


def _by_course(facts: Facts, decision: Decision, situation: Situation) -> Outcome:  # noqa: C901, PLR0911  one case per course
    match decision.course:
        case Course.OWN_COPY | Course.OWN_MAIL | Course.HOPS | Course.SENT_ELSEWHERE | Course.BEFORE_RESTORE:
            return Outcome()
        case Course.FORGERY:
            return Outcome().with_event("forgery", facts.mail.from_.key, ticket=facts.threading.linked)
        case Course.SENT:
            around = _around(facts, situation)
            return work_out_sent(facts, decision, situation.ticket, situation.next_number, around)
        case Course.BOUNCE:
            return work_out_bounce(facts, situation.ticket, situation.returned, _around(facts, situation))
        case Course.OPERATOR:
            around = _around(facts, situation)
            return work_out_operator(
                facts, decision, situation.ticket, around, situation.zone, situation.orders
            )
        case Course.AUTO_REPLY:
            return _auto_reply(facts, situation)
        case Course.THANKS:
            return _thanks(facts, situation)
        case Course.SURVEY_ANSWER:
            return _survey_answer(facts, decision, situation)
        case Course.SURVEY_STOP:
            outcome = Outcome(ticket=_ticket(situation), opts_out=True)
            outcome = outcome.with_event("opted_out", facts.mail.from_.key)
            return _with_mail(outcome, facts, situation, kind="survey_answer")
        case Course.NEW_TICKET:
            return _new_ticket(facts, decision, situation)
        case Course.FOLLOW_UP:
            return _follow_up(facts, decision, situation)
        case Course.FORWARDED:
            follow = _new_ticket if situation.ticket is None else _follow_up
            return follow(facts, decision, situation)


def _new_ticket(facts: Facts, decision: Decision, situation: Situation) -> Outcome:
    outcome = Outcome(ticket=new_ticket(facts, situation.next_number), is_new=True)
    outcome = outcome.with_event("asked", facts.mail.from_.key, by=facts.threading.by)
    return _with_rules(_with_mail(outcome, facts, situation), facts, decision, situation)


def _follow_up(facts: Facts, decision: Decision, situation: Situation) -> Outcome:
    known = _ticket(situation)
    ticket = replace(known, language=facts.customer.language or known.language)
    outcome = Outcome(ticket=ticket)
    if facts.imported:
        return _with_mail(with_missing_link(outcome, facts.threading.linked), facts, situation)
    outcome = change_status(
        outcome, TicketEvent.CUSTOMER_REPLIED, facts.now, actor=facts.mail.from_.key, by="customer replied"
    )
    outcome = outcome.with_event("asked", facts.mail.from_.key, by=facts.threading.by)
    if situation.follows_answer and ticket.automatic_article:
        outcome = _not_helped(outcome, ticket)
    outcome = with_missing_link(outcome, facts.threading.linked)
    outcome = outcome.with_ticket(waiting_since=ticket.waiting_since or facts.accepted_at, idle_at=None)
    outcome = _with_rules(_with_mail(outcome, facts, situation), facts, decision, situation)
    if situation.follows_answer and not _is_told(outcome):
        always = "(a reply to an automatic answer is always shown)"
        outcome = notify(outcome, (), _around(facts, situation), {"rule": always})
    return outcome


def _is_told(outcome: Outcome) -> bool:
    return any(letter.kind is Kind.NOTIFICATION for letter in outcome.letters)


def _not_helped(outcome: Outcome, ticket: Ticket) -> Outcome:
    """Raise the priority: he wrote back, so the automatic answer did not settle it."""
    raised = _PRIORITY_UP[ticket.priority]
    return outcome.with_ticket(priority=raised).with_event(
        "automatic_answer_questioned", article=ticket.automatic_article
    )


def _thanks(facts: Facts, situation: Situation) -> Outcome:
    """File a thank-you. After an automatic answer it is the customer's own word that the question is solved."""
    ticket = _ticket(situation)
    outcome = _with_mail(Outcome(ticket=ticket), facts, situation, kind="thanks")
    outcome = outcome.with_event("thanked", facts.mail.from_.key)
    if ticket.answered_automatically and ticket.status == TicketStatus.PENDING:
        outcome = change_status(
            outcome, TicketEvent.SET_SOLVED, facts.now, actor=facts.mail.from_.key, by="thanks"
        )
        if ticket.automatic_article and situation.first_text:
            learnt = from_reply(ticket.automatic_article, situation.first_text, Verdict.HELPED)
            outcome = replace(outcome, learnt=(*outcome.learnt, learnt))
    return outcome


def _survey_answer(facts: Facts, decision: Decision, situation: Situation) -> Outcome:
    ticket, answer, survey_id = _ticket(situation), facts.survey_answer, facts.survey_id
    if answer is None or survey_id is None:
        raise ValueError("this course needs an answer to a survey")
    facts = replace(facts, event=EventKind.SURVEY_ANSWERED)
    outcome = _with_mail(Outcome(ticket=ticket), facts, situation, kind="survey_answer")
    outcome = replace(
        outcome,
        survey_answered=SurveyAnswered(survey_id, answer.score, answer.comment, answer.sentiment),
    )
    sounds = {"sentiment": answer.sentiment} if answer.sentiment else {}
    outcome = outcome.with_event("survey_answered", facts.mail.from_.key, score=answer.score, **sounds)
    if answer.score <= BAD_SCORE or wants_answer(answer.comment):
        why = "bad survey" if answer.score <= BAD_SCORE else "question beside a score"
        outcome = change_status(
            outcome, TicketEvent.CUSTOMER_REPLIED, facts.now, actor=facts.mail.from_.key, by=why
        )
        outcome = outcome.with_event("asked", facts.mail.from_.key, by=why)
        outcome = notify(
            outcome,
            (),
            _around(facts, situation),
            {"rule": "(a bad score, or a question beside one, is always shown)"},
        )
    return _with_rules(outcome, facts, decision, situation)


def _auto_reply(facts: Facts, situation: Situation) -> Outcome:
    """Note an automatic reply on the ticket it belongs to; nothing moves because of it (RFC 3834 2)."""
    if situation.ticket is None:
        return Outcome()
    outcome = Outcome(ticket=situation.ticket).with_event("auto_reply", facts.mail.from_.key)
    return _with_mail(outcome, facts, situation, kind="auto_reply", joins=False)


def _with_mail(
    outcome: Outcome, facts: Facts, situation: Situation, *, kind: str = "mail", joins: bool = True
) -> Outcome:
    """Return the outcome with the mail as a message, its ids as references, and its people as participants."""
    mail, ticket, forms = facts.mail, require_ticket(outcome), situation.form_senders
    author = writer(mail, forms)
    message = Message(
        "in",
        kind,
        author.key,
        author.display_name,
        facts.accepted_at,
        facts.written.new_text,
        mail.message_id,
        mail.text,
        situation.mail_id,
        answer_to=facts.answer_to,
        attachments=tuple(part.filename for part in mail.attachments),
    )
    if mail.defects:
        outcome = outcome.with_event("defects", mail.from_.key, defects=list(mail.defects))
    seen = tuple(Reference(key, "seen") for key in (message_id_key(mail.message_id),) if key)
    quoted = dict.fromkeys(message_id_key(one) for one in (*mail.in_reply_to, *mail.references[-_MAX_NAMED:]))
    # In an archive what a machine of long ago answered leads on as well.
    named = tuple(Reference(key, "named") for key in quoted if key) if joins or facts.imported else ()
    # A bystander of long ago stands on the ticket, and is no more let in than any other stranger (DESIGN 2.5).
    enters = joins and facts.threading.role != BYSTANDER
    people = participants(mail, situation.own_addresses, forms) if enters else ()
    return replace(
        outcome,
        ticket=replace(ticket, updated_at=facts.now),
        messages=(*outcome.messages, message),
        references=(*outcome.references, *seen, *named),
        participants=tuple(
            Participant(
                one.key,
                one.display_name,
                "customer" if one.key == facts.customer.address else "participant",
            )
            for one in people
        ),
        # Whoever writes from an address can be reached there: a person lifted the mark himself.
        deliverable=(mail.from_.key,) if joins and not facts.automatic.is_automatic else (),
    )


def _with_rules(outcome: Outcome, facts: Facts, decision: Decision, situation: Situation) -> Outcome:
    around = _around(facts, situation)
    outcome = with_suggestion(outcome, facts)
    if facts.guards:
        why = ", ".join(map(sentence_of, facts.guards))
        outcome = outcome.with_event("guarded", guards=list(facts.guards), why=why)
    if facts.forwarded is not None:
        outcome = with_forwarder(outcome, facts, around, situation.zone, situation.orders)
    told = tuple(item for item in decision.actions if isinstance(item.action, Notify))
    # Who shall answer is chosen by what the rules found it to be about, and told by the same rules.
    outcome = act_all(outcome, tuple(item for item in decision.actions if item not in told), around)
    outcome = act_all(_assigned(outcome, situation), told, around)
    for no in decision.suppressed:
        outcome = outcome.with_event("suppressed", template=no.template, limit=no.limit, why=no.sentence)
    for rule in decision.shadow:
        outcome = with_trial(outcome, rule, around.article)
    if decision.must_notify:
        outcome = notify(outcome, (), around, {"rule": "(an answer was suppressed, so a person is told)"})
    return with_likely_draft(outcome, around)


def _assigned(outcome: Outcome, situation: Situation) -> Outcome:
    ticket = require_ticket(outcome)
    if ticket.assignee:
        return outcome
    chosen = choose_by_tags(situation.colleagues, (*ticket.tags, ticket.category))
    return outcome.with_ticket(assignee=chosen.address if chosen else "")


def _around(facts: Facts, situation: Situation) -> Surroundings:
    best = facts.kb[0] if isinstance(facts.kb, tuple) and facts.kb else None
    return Surroundings(
        now=facts.now,
        key=f"mail:{situation.mail_id}",
        event=facts.event.value,
        customer=facts.answer_to or facts.customer.address,
        colleagues=situation.colleagues,
        article=best.article if best else "",
        confidence=best.confidence if best else None,
        missing=best.missing if best else (),
        text=f"{facts.mail.subject}\n\n{facts.written.new_text}",
        question=situation.first_text or facts.written.new_text,
        articles=situation.articles,
        categories=situation.categories,
        copied=situation.copied,
        mail_id=situation.mail_id,
        attachments=facts.mail.attachments,
        actor=situation.orders.operator,
    )


def _ticket(situation: Situation) -> Ticket:
    if situation.ticket is None:
        raise ValueError("this course needs a ticket")
    return situation.ticket
