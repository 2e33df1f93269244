"""The facts a decision stood on, pinned: kept beside the mail, so that other rules can be asked the same question later.

What a mail says can be read from its bytes again; what the desk knew when it came (the ticket, the customer, the
articles that fitted, the limits) cannot. With both, ``replay`` decides a past mail as if it were then.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from inboxd.core.decide import decide_by_rules
from inboxd.core.decision import Course, Decision, Suppression
from inboxd.core.fact_fields import kb_fields
from inboxd.core.facts import EventKind, FieldValue, KbMatch, Unknown
from inboxd.core.limits import History, Limits, Occasion
from inboxd.core.restraint import restrain
from inboxd.core.rules import Ruleset
from inboxd.core.simhash import is_similar


@dataclass(frozen=True, slots=True)
class Pinned:
    """One decided mail. ``event`` is None where the course was settled above the rules: no rule can change it.

    ``fields`` are the rule fields but ``mail.header``, which is read from the bytes again where a rule asks for it.
    ``occasion`` is that of any template (its kind is set by the one that is asked about). ``asked``: the knowledge base
    was asked about this mail.
    """

    course: Course
    event: EventKind | None = None
    now: dt.datetime | None = None
    released: bool = False
    asked: bool = False
    answered_before: bool = False
    language: str = ""
    fields: Mapping[str, FieldValue] = field(default_factory=dict)
    occasion: Occasion | None = None
    history: History = field(default_factory=History)


def lean_history(history: History, body: int) -> History:
    """Return a history without what no limit looks at: of other mails of the domain only those that say the same."""
    return replace(history, bodies=tuple(one for one in history.bodies if is_similar(one[1], body)))


def replay(
    pinned: Pinned,
    ruleset: Ruleset,
    limits: Limits,
    headers: Mapping[str, tuple[str, ...]],
    kb: tuple[KbMatch, ...] | Unknown | None = None,
) -> Decision | Unknown | None:
    """Return what these rules decide about a past mail at its own time; None where no rule is asked.

    ``kb`` None: the articles that fitted then; otherwise those that fit now.
    """
    if pinned.event is None or pinned.now is None or pinned.occasion is None:
        return None
    fields = {**pinned.fields, "mail.header": headers}
    if kb is not None and pinned.asked:
        fields |= kb_fields(kb)
    forbid = _forbid(pinned, pinned.occasion, pinned.now, limits)
    return decide_by_rules(pinned.course, pinned.event, fields, ruleset, forbid, released=pinned.released)


def _forbid(
    pinned: Pinned, occasion: Occasion, now: dt.datetime, limits: Limits
) -> Callable[[str], Suppression | None]:
    def forbid(template: str) -> Suppression | None:
        return restrain(
            limits, occasion, pinned.history, now, template, answered_before=pinned.answered_before
        )

    return forbid
