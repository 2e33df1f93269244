"""Pinned facts as JSON and back. Old documents stay readable: what is missing has its default."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from inboxd.core.conditions import MAX_TEXT
from inboxd.core.decision import Course
from inboxd.core.facts import UNKNOWN, EventKind, FieldValue, Unknown
from inboxd.core.limits import History, Occasion
from inboxd.core.mail import Automatic, AutomaticKind
from inboxd.core.mail_kind import Kind
from inboxd.core.pinned import Pinned
from inboxd.core.rule_fields import FIELDS, FieldType

_HEADERS = "mail.header"
_COMPOSED = "mail.subject_or_body"


def pinned_to_json(pinned: Pinned) -> dict[str, Any]:
    """Return the facts as a document of plain values. It holds the customer's words: erase it with the mail."""
    if pinned.event is None or pinned.now is None or pinned.occasion is None:
        return {"course": pinned.course.value}
    return {
        "course": pinned.course.value,
        "event": pinned.event.value,
        "now": pinned.now.isoformat(),
        "released": pinned.released,
        "asked": pinned.asked,
        "answered_before": pinned.answered_before,
        "language": pinned.language,
        "fields": {
            name: _plain(value)
            for name, value in pinned.fields.items()
            if name not in {_HEADERS, _COMPOSED} and not isinstance(value, Unknown)
        },
        "unknown": sorted(name for name, value in pinned.fields.items() if isinstance(value, Unknown)),
        "occasion": _occasion_to_json(pinned.occasion),
        "history": _history_to_json(pinned.history),
    }


def pinned_from_json(document: Mapping[str, Any]) -> Pinned:
    """Return the facts that ``pinned_to_json`` wrote. Raises ``KeyError`` or ``ValueError`` on another document."""
    course = Course(document["course"])
    if "event" not in document:
        return Pinned(course)
    fields: dict[str, FieldValue] = {name: None for name in FIELDS if name != _HEADERS}
    fields |= {name: _field(name, value) for name, value in document["fields"].items() if name in FIELDS}
    fields |= {name: UNKNOWN for name in document.get("unknown", ()) if name in FIELDS}
    # Two texts that are kept already make the third.
    fields[_COMPOSED] = f"{fields['mail.subject'] or ''}\n{fields['mail.body'] or ''}"
    return Pinned(
        course=course,
        event=EventKind(document["event"]),
        now=dt.datetime.fromisoformat(document["now"]),
        released=document.get("released", False),
        asked=document.get("asked", False),
        answered_before=document.get("answered_before", False),
        language=document.get("language", ""),
        fields=fields,
        occasion=_occasion(document["occasion"]),
        history=_history(document["history"]),
    )


def _plain(value: FieldValue) -> object:
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return {name: list(texts) for name, texts in value.items()}
    # Rules look at the beginning of a long text only (core/conditions.py).
    return value[:MAX_TEXT] if isinstance(value, str) else value


def _field(name: str, value: Any) -> FieldValue:
    if isinstance(value, list):
        return tuple(value)
    if isinstance(value, dict):
        return {name: tuple(texts) for name, texts in value.items()}
    if value is not None and FIELDS[name].type is FieldType.DURATION:
        return dt.timedelta(seconds=value)
    return value  # type: ignore[no-any-return]  # JSON's own types are those of the other fields


def _occasion_to_json(occasion: Occasion) -> dict[str, Any]:
    automatic = occasion.automatic
    return {
        "automatic": automatic
        and {
            "is_automatic": automatic.is_automatic,
            "kind": automatic.kind.value,
            "reason": automatic.reason,
            "may_answer": automatic.may_answer,
        },
        "answered_at": occasion.answered_at and occasion.answered_at.isoformat(),
        # 64 bits without sign: more than a JSON number holds exactly everywhere.
        "body": f"{occasion.body:x}",
        "imported": occasion.imported,
        "undeliverable": occasion.undeliverable,
        "withheld": occasion.withheld,
        "guarded": occasion.guarded,
        "awaits_person": occasion.awaits_person,
        "before_restore": occasion.before_restore,
    }


def _occasion(document: Mapping[str, Any]) -> Occasion:
    automatic = document["automatic"]
    return Occasion(
        kind=Kind.ANSWER,
        automatic=Automatic(**(automatic | {"kind": AutomaticKind(automatic["kind"])}))
        if automatic
        else None,
        answered_at=_moment(document["answered_at"]),
        body=int(document["body"], 16),
        imported=document["imported"],
        undeliverable=document["undeliverable"],
        withheld=document.get("withheld", ""),
        guarded=document.get("guarded", False),
        awaits_person=document.get("awaits_person", False),
        before_restore=document.get("before_restore", False),
    )


def _history_to_json(history: History) -> dict[str, Any]:
    return {
        "to_recipient": _moments_to_json(history.to_recipient),
        "on_ticket": _moments_to_json(history.on_ticket),
        "acknowledged": _moments_to_json(history.acknowledged),
        "ticket_acknowledged": history.ticket_acknowledged,
        "from_desk": _moments_to_json(history.from_desk),
        "person_wrote_at": history.person_wrote_at and history.person_wrote_at.isoformat(),
        "to_peer": _moments_to_json(history.to_peer),
        "bodies": [[at.isoformat(), f"{body:x}"] for at, body in history.bodies],
    }


def _history(document: Mapping[str, Any]) -> History:
    return History(
        to_recipient=_moments(document["to_recipient"]),
        on_ticket=_moments(document["on_ticket"]),
        acknowledged=_moments(document["acknowledged"]),
        ticket_acknowledged=document["ticket_acknowledged"],
        from_desk=_moments(document["from_desk"]),
        person_wrote_at=_moment(document["person_wrote_at"]),
        to_peer=_moments(document.get("to_peer", ())),
        bodies=tuple((dt.datetime.fromisoformat(at), int(body, 16)) for at, body in document["bodies"]),
    )


def _moments_to_json(moments: Iterable[dt.datetime]) -> list[str]:
    return [at.isoformat() for at in moments]


def _moments(texts: Iterable[str]) -> tuple[dt.datetime, ...]:
    return tuple(dt.datetime.fromisoformat(text) for text in texts)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
