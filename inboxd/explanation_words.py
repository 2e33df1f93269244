"""An explanation in words: the paragraph and the tables of ``inboxd explain``, and the header fields of our own mails."""

from collections.abc import Iterator, Mapping
from typing import Any

_COURSES = {
    "own_mail": "It says it is a mail of ours.",
    "own_copy": "It is a copy of a mail we sent.",
    "bounce": "It reports on the delivery of another mail.",
    "forgery": "It claims to be from an operator and proves nothing.",
    "hops": "It passed too many hosts.",
    "before_restore": "An operator sent it before the backup was put back.",
    "operator": "An operator answered a mail of ours.",
    "forwarded": "An operator forwarded it.",
    "auto_reply": "It is an automatic reply.",
    "survey_answer": "It answers a survey.",
    "survey_stop": "It asks for no further surveys.",
    "thanks": "It says thanks and asks for nothing.",
    "new_ticket": "It is a new question.",
    "follow_up": "It goes on with a ticket.",
}
_DONE = {
    "answer": "It was answered by itself",
    "file": "It was filed, and nothing was sent to its writer",
    "hold": "It is held for a person to look at",
    "discard": "It was put aside",
}
_HEADER_LENGTH = 400


def paragraph(document: Mapping[str, Any]) -> str:
    """Return an explanation as a few sentences: what the mail is, what was done, by which rule, what stood against it."""
    return " ".join(_sentences(document))


def rule_rows(document: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return name, place and result of each rule; a miss says on which condition."""
    return [(rule["name"], f"{rule['file']}:{rule['line']}", _result(rule)) for rule in document["rules"]]


def fact_rows(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the facts in reading order: category and priority with what they were read from, then the others."""
    facts = dict(document.get("facts", {}))
    rows = []
    if category := facts.pop("category", None):
        rows.append(("category", _category(category)))
    if priority := facts.pop("priority", None):
        rows.append(("priority", f"{priority['priority']}: P = {priority['score']:.2f}"))
        rows += [(f"  {part['name']}", _part(part)) for part in priority["parts"]]
    plain = ((name, _plain(value)) for name, value in facts.items() if value is not None)
    return [*rows, *((name, value) for name, value in plain if value)]


def explained_headers(document: Mapping[str, Any], mail_id: int) -> tuple[tuple[str, str], ...]:
    """Return the explanation as header fields of the mails that go to operators because of a mail; no customer's words."""
    facts = document.get("facts", {})
    best = document["kb"][0] if document["kb"] else None
    hits = [rule for rule in document["rules"] if rule["matched"]]
    found = {
        "X-Inboxd-Mail": str(mail_id),
        "X-Inboxd-Decision": f"{document['disposition']}; {document['course']}",
        "X-Inboxd-Reason": document["reason"],
        "X-Inboxd-Rules": ", ".join(f"{rule['file']}:{rule['line']}" for rule in hits),
        "X-Inboxd-Missed": ", ".join(
            f"{rule['file']}:{rule['line']} ({rule['missed_on']})"
            for rule in document["rules"]
            if not rule["matched"]
        ),
        "X-Inboxd-Limits": "; ".join(f"{no['template']}: {no['limit']}" for no in document["suppressed"]),
        "X-Inboxd-Article": f"{best['article']}; confidence={best['confidence']:.2f}" if best else "",
        "X-Inboxd-Category": _category(facts["category"], quoted=False) if facts.get("category") else "",
        "X-Inboxd-Priority": _priority(facts["priority"]) if facts.get("priority") else "",
        "X-Inboxd-Revision": document["revision"],
    }
    return tuple((name, value[:_HEADER_LENGTH]) for name, value in found.items() if value)


def _sentences(document: Mapping[str, Any]) -> Iterator[str]:
    thread = document["thread"]
    if "sent" in document:
        yield _sent(document["sent"])
    if document.get("course"):
        yield _COURSES.get(document["course"], f"It went the way of {document['course']}.")
    if thread.get("ticket"):
        yield f"It belongs to ticket #{thread['ticket']} ({thread['by']})."
    elif thread.get("linked"):
        yield f"It may not join ticket #{thread['linked']} and is only linked to it ({thread['by']})."
    if document.get("disposition"):
        yield f"{_DONE.get(document['disposition'], document['disposition'])}: {document['reason']}."
    else:
        yield f"{document['reason']}."
    for action in document["actions"]:
        values = {key: value for key, value in action.items() if key not in {"do", "rule"}}
        said = ", ".join(_plain(value) for value in values.values() if value not in ("", [], None))
        yield f"The rule '{action['rule']}' asked for {action['do']}{f' ({said})' if said else ''}."
    if document["kb"]:
        best = document["kb"][0]
        withheld = document.get("facts", {}).get("withheld", "")
        unsure = f"not sent by itself: {withheld}" if withheld else "not surely enough to be sent"
        sure = "surely enough to be sent" if best["sure"] else unsure
        yield f"The article that fits best is {best['article']} ({best['confidence']:.0%}, {sure})."
    for no in document.get("suppressed", ()):
        yield f"Not sent: {no['template']}, because {no['why']}."
    if document.get("revision"):
        yield f"The rules were at revision {document['revision']}."


def _sent(sent: Mapping[str, Any]) -> str:
    when = sent["sent_at"] or sent["created_at"]
    rule = sent["why"].get("rule", "")
    place = f" ({sent['why']['file']}:{sent['why']['line']})" if sent["why"].get("file") else ""
    because = f", because of the rule '{rule}'{place}" if rule else ""
    answered = f" It answers mail {sent['mail_id']}." if sent["mail_id"] else ""
    about = f" about ticket #{sent['ticket']}" if sent["ticket"] else ""
    return f"We wrote this {sent['kind']} to {', '.join(sent['to'])}{about} ({sent['state']}, {when}){because}.{answered}"


def _result(rule: Mapping[str, Any]) -> str:
    if rule["matched"]:
        return "in shadow: would act" if rule.get("mode") == "shadow" else "acts"
    if rule["missed_on"] == "group":
        return "an earlier rule of its group won"
    note = f" ({rule['note']})" if rule.get("note") else ""
    return f"missed on {rule['missed_on']}{note}"


def _category(category: Mapping[str, Any], *, quoted: bool = True) -> str:
    nearest = f", nearest: {category['nearest']}" if quoted else ""
    return f"{category['name']} ({category['confidence']:.0%}, by {category['by']}{nearest})"


def _priority(priority: Mapping[str, Any]) -> str:
    parts = " + ".join(
        f"{part['weight']:.2f}*{part['name']} {part['value']:.2f}" for part in priority["parts"]
    )
    return f"{priority['priority']}; P={priority['score']:.2f} = {parts}"


def _part(part: Mapping[str, Any]) -> str:
    read_from = f" from {', '.join(part['evidence'])}" if part["evidence"] else ""
    return f"{part['value']:.2f} × {part['weight']:.2f}{read_from}"


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {one}" for key, one in value.items() if one)
    return str(value)
