"""A decision as a JSON document: stored with the mail, printed by ``inboxd explain``, sent in headers to the operator."""

from typing import Any

from inboxd.core.actions import ACTION_WORDS
from inboxd.core.decision import Decision, RuleAction
from inboxd.core.facts import Facts, KbMatch


def explain_decision(facts: Facts, decision: Decision) -> dict[str, Any]:
    """Return facts, rules hit and missed, limits and the reason (DESIGN 4.7, ``explain``); no body, no subject."""
    kb = facts.kb if isinstance(facts.kb, tuple) else ()
    return {
        "thread": {
            "ticket": facts.threading.ticket,
            "by": facts.threading.by,
            "linked": facts.threading.linked,
        },
        "kb": [explain_match(match) for match in kb],
        "rules": _rules(decision),
        "actions": [_action(item) for item in decision.actions],
        "reason": decision.reason,
        "disposition": decision.disposition.value,
        "course": decision.course.value,
        "event": decision.event.value if decision.event else None,
        "suppressed": [
            {"template": no.template, "limit": no.limit, "why": no.sentence} for no in decision.suppressed
        ],
        "revision": decision.revision,
        "facts": _facts(facts),
    }


def explain_match(match: KbMatch) -> dict[str, Any]:
    """Return a knowledge base match as ``kb search`` shows it."""
    return {
        "article": match.article,
        "passage": match.passage,
        "confidence": round(match.confidence, 4),
        "sure": match.sure,
        "score": round(match.score, 4),
    }


def _rules(decision: Decision) -> list[dict[str, Any]]:
    hits = [(rule, True, "live") for rule in decision.hits] + [
        (rule, True, "shadow") for rule in decision.shadow
    ]
    found: list[dict[str, Any]] = [
        {
            "name": rule.name,
            "file": rule.file,
            "line": rule.line,
            "matched": matched,
            "missed_on": None,
            "why": rule.why,
            "mode": mode,
        }
        for rule, matched, mode in hits
    ]
    found += [
        {
            "name": miss.name,
            "file": miss.file,
            "line": miss.line,
            "matched": False,
            "missed_on": miss.missed_on,
            "note": miss.note,
        }
        for miss in decision.misses
    ]
    return sorted(found, key=lambda rule: (rule["file"], rule["line"]))


def _action(item: RuleAction) -> dict[str, Any]:
    action = item.action
    values = {name: getattr(action, name) for name in getattr(action, "__slots__", ())}
    plain = {name: list(value) if isinstance(value, tuple) else str(value) for name, value in values.items()}
    return {"do": ACTION_WORDS[type(action)], **plain, "rule": item.rule.name}


def _facts(facts: Facts) -> dict[str, Any]:
    return {
        "from": facts.mail.from_.key,
        "language": facts.language,
        "kind": facts.automatic.kind.value,
        "may_answer": facts.automatic.may_answer,
        "why_kind": facts.automatic.reason,
        "authenticated": facts.sender_auth.authenticated,
        "authentication": {name: getattr(facts.sender_auth, name) for name in ("spf", "dkim", "dmarc", "arc")},
        "is_operator": facts.is_operator,
        "operator_proven": facts.operator_proven,
        "customer_tickets": facts.customer.tickets,
        "customer_tags": list(facts.customer.tags),
        "working_hours": facts.time.working_hours,
        "defects": list(facts.mail.defects),
    }
