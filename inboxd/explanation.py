"""A decision as a JSON document: stored with the mail, printed by ``inboxd explain``, sent in headers to the operator."""

from typing import Any

from inboxd.core.actions import ACTION_WORDS
from inboxd.core.decision import Decision, RuleAction
from inboxd.core.facts import Facts, KbMatch


def explain_decision(facts: Facts, decision: Decision) -> dict[str, Any]:
    """Return facts, rules hit and missed, limits and the reason (DESIGN 4.7, ``explain``); no body, no subject."""
    return {
        "thread": {
            "ticket": facts.threading.ticket,
            "by": facts.threading.by,
            "linked": facts.threading.linked,
        },
        "kb": [explain_match(match) for match in _matches(facts)],
        **explain_verdict(decision),
        "facts": _facts(facts),
    }


def explain_verdict(decision: Decision) -> dict[str, Any]:
    """Return the part of ``explain_decision`` that says what rules and limits decided."""
    return {
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
    }


def _matches(facts: Facts) -> tuple[KbMatch, ...]:
    return facts.kb if isinstance(facts.kb, tuple) else ()


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
        "authentication": {
            name: getattr(facts.sender_auth, name) for name in ("spf", "dkim", "dmarc", "arc")
        },
        "is_operator": facts.is_operator,
        "operator_proven": facts.operator_proven,
        "customer_tickets": facts.customer.tickets,
        "customer_tags": list(facts.customer.tags),
        "working_hours": facts.time.working_hours,
        "guards": list(facts.guards),
        "withheld": next((one.withheld for one in _matches(facts)), ""),
        "category": _category(facts),
        "priority": _priority(facts),
        "defects": list(facts.mail.defects),
    }


def _category(facts: Facts) -> dict[str, Any] | None:
    found = facts.category
    if found is None:
        return None
    return {"name": found.name, "confidence": found.confidence, "nearest": found.nearest, "by": found.by}


def _priority(facts: Facts) -> dict[str, Any] | None:
    """Return P of a new question with its summands: what was read, what it is worth, and what that weighs."""
    found = facts.assessment
    if found is None:
        return None
    parts = [
        {
            "name": part.name,
            "weight": round(part.weight, 4),
            "value": round(part.value, 4),
            "evidence": list(part.evidence),
        }
        for part in found.parts
    ]
    return {"priority": found.priority.value, "score": round(found.score, 4), "parts": parts}
