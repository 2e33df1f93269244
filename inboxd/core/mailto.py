"""One-tap actions: ``mailto:`` URIs (RFC 6068) that open a new mail with the command already written.

They answer to a signed reply address, so nothing happens until a person presses Send: no link scanner can act.
"""

from functools import lru_cache
from urllib.parse import quote

from inboxd.core.header_fields import clean_addr_spec, one_line
from inboxd.core.text_cut import cut
from inboxd.core.view_parts import ScoreLink, TicketActions

_SUBJECT_LIMIT = 120


def mailto(addr_spec: str, subject: str = "", body: str = "") -> str:
    """Return the URI, or the empty string for an unusable address. Body lines end in CRLF (RFC 6068 5)."""
    start = _start(addr_spec)
    if not start:
        return ""
    fields = [_subject_field(subject)] if subject else []
    if body:
        fields.append(
            f"body={_encoded(body.replace(chr(13) + chr(10), chr(10)).replace(chr(10), chr(13) + chr(10)))}"
        )
    return start + ("?" + "&".join(fields) if fields else "")


def ticket_actions(reply_address: str, subject: str, *, suggestion: bool) -> TicketActions:
    """Return the operator's actions on one ticket; ``reply_address`` is his signed one for that ticket."""

    def command(line: str) -> str:
        return mailto(reply_address, subject, f"{line}\n")

    return TicketActions(
        reply=mailto(reply_address, subject),
        solved=command("#solved"),
        snooze=command("#snooze 1d"),
        send=command("#send") if suggestion else "",
        spam=command("#spam"),
        wrong=command("#wrong"),
    )


def score_links(reply_address: str, subject: str) -> tuple[ScoreLink, ...]:
    """Return the survey's links, best score first; ``reply_address`` is the customer's signed one."""
    return tuple(
        ScoreLink(score=score, mailto=mailto(reply_address, f"{score}/5 {subject}", f"{score}\n"))
        for score in (5, 4, 3, 2, 1)
    )


# The actions on one ticket answer to one address under one subject.
@lru_cache(maxsize=8)
def _start(addr_spec: str) -> str:
    address = clean_addr_spec(addr_spec)
    return f"mailto:{quote(address, safe='@')}" if address else ""


@lru_cache(maxsize=8)
def _subject_field(subject: str) -> str:
    return f"subject={_encoded(cut(one_line(subject), _SUBJECT_LIMIT))}"


def _encoded(text: str) -> str:
    """RFC 6068 2: everything but unreserved characters is percent-encoded; ``+`` too, since some clients read a space."""
    return quote(text.encode("utf-8", "replace"), safe="")
