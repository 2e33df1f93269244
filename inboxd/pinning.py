"""Pinning: of everything that was gathered about a mail, what is kept to decide it again some day."""

from typing import Any

from inboxd.core.decision import Decision
from inboxd.core.fact_fields import field_values
from inboxd.core.pinned import Pinned, lean_history
from inboxd.core.pinned_json import pinned_to_json
from inboxd.gather import Gathered, answered_before, is_asked, occasion_of


def pin_facts(gathered: Gathered, decision: Decision) -> dict[str, Any]:
    """Return the document of the facts a decision stood on; where no rule was asked, of the course alone."""
    facts = gathered.facts
    if decision.event is None:
        return pinned_to_json(Pinned(decision.course))
    occasion = occasion_of(gathered)
    return pinned_to_json(
        Pinned(
            course=decision.course,
            event=decision.event,
            now=facts.now,
            released=facts.released,
            asked=is_asked(facts, decision.course),
            answered_before=answered_before(facts),
            language=facts.language,
            fields=field_values(facts),
            occasion=occasion,
            history=lean_history(gathered.history, occasion.body),
        )
    )
