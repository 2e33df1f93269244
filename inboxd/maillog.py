"""The log: one function per event of the journey, ids and addresses' domains only, never subjects or bodies."""

import contextlib
import logging
import re
import sys
from collections.abc import Iterator

from inboxd.maillog_form import JsonLines, TextLines, current_mail

_log = logging.getLogger("inboxd.mail")
_FORMS = {"json": JsonLines, "text": TextLines}
_LOCAL_PART = re.compile(r"[^\s<>@:;,\"'()]{1,64}@")


@contextlib.contextmanager
def about(mail_id: int | None) -> Iterator[None]:
    """Let every line of the log that is written inside carry the id of that mail; None changes nothing."""
    if mail_id is None:
        yield
        return
    token = current_mail.set(mail_id)
    try:
        yield
    finally:
        current_mail.reset(token)


def accepted(mail_id: int, source: str, size: int, *, duplicate: bool) -> None:
    """Note that a mail is ours now."""
    _event(
        "duplicate" if duplicate else "accepted", f"mail {mail_id}", mail_id=mail_id, source=source, size=size
    )


def refused(peer: str, code: int, reason: str) -> None:
    """Note that a peer was told no."""
    _event("refused", f"{code} to {peer}", peer=peer, code=code, reason=reason)


def processed(mail_id: int, disposition: str, reason: str, ticket: int | None) -> None:
    """Note what became of a mail."""
    _event(
        "processed",
        f"mail {mail_id} {disposition}",
        mail_id=mail_id,
        disposition=disposition,
        reason=reason,
        ticket=ticket,
    )


def postponed(mail_id: int, reason: str) -> None:
    """Note that a mail waits for a fact that is not there yet."""
    _event("postponed", f"mail {mail_id}", mail_id=mail_id, reason=reason)


def failed(mail_id: int, error: Exception, *, held: bool) -> None:
    """Note that processing a mail raised; the traceback goes to the log, and to the held mail at the third time."""
    _log.error(
        "failed mail %s",
        mail_id,
        exc_info=error,
        extra={"action": "failed", "event": {"mail_id": mail_id, "held": held}},
    )


def held(mail_id: int, reason: str) -> None:
    """Note that a mail needs a person."""
    _event("held", f"mail {mail_id}: {reason}", level=logging.WARNING, mail_id=mail_id, reason=reason)


def enqueued(outbox_id: int, kind: str, ticket: int | None) -> None:
    """Note that a mail of ours waits to leave."""
    _event("enqueued", f"outbox {outbox_id} {kind}", outbox_id=outbox_id, kind=kind, ticket=ticket)


def withdrawn(outbox_id: int, kind: str, ticket: int | None) -> None:
    """Note that a mail of ours could not leave while it was worth sending, and never will."""
    _event("withdrawn", f"outbox {outbox_id} {kind}", outbox_id=outbox_id, kind=kind, ticket=ticket)


def suppressed(kind: str, reason: str, ticket: int | None) -> None:
    """Note that something automatic was not sent, and which limit forbade it."""
    _event("suppressed", f"{kind}: {reason}", kind=kind, reason=reason, ticket=ticket)


def transmitted(outbox_id: int, outcome: str, reply: str) -> None:
    """Note what the peer said to an outgoing mail; of the addresses in its words only the domains."""
    level = logging.INFO if outcome == "sent" else logging.WARNING
    _event(
        "transmitted",
        f"outbox {outbox_id} {outcome}",
        level=level,
        outbox_id=outbox_id,
        outcome=outcome,
        reply=_LOCAL_PART.sub("…@", reply),
    )


def mailbox_changed(work_id: int, kind: str, reply: str) -> None:
    """Note that something was done in the operator's mailbox."""
    _event("mailbox_changed", f"{kind} {work_id}", work_id=work_id, kind=kind, reply=reply)


def job_ran(name: str, did: int) -> None:
    """Note that a calendar job changed something."""
    _event("job_ran", f"{name}: {did}", job=name, did=did)


def customers_listed(people: int, changed: int) -> None:
    """Note that customers.csv was taken over: how many people it names, and how many addresses changed."""
    _event("customers_listed", f"{people} people, {changed} changed", people=people, changed=changed)


def rehearsed(fresh: int, before: float, after: float) -> None:
    """Note how many held-out tickets would come out right without and with fresh corrections (0 to 1)."""
    _event("categories_rehearsed", f"{before:.2f} -> {after:.2f}", fresh=fresh, before=before, after=after)


def worker_ended(exit_code: int | None, mail_id: int | None) -> None:
    """Note that the worker process died and over which mail."""
    _event("worker_ended", f"exit {exit_code}", level=logging.ERROR, exit_code=exit_code, mail_id=mail_id)


def leading(duty: str, term: int) -> None:
    """Note that this daemon leads a duty from now on, or (term 0) no longer does."""
    _event("leading" if term else "deposed", f"{duty} {term}", duty=duty, term=term)


def alarm(kind: str, step: str, key: str) -> None:
    """Note that something is wrong with the desk itself, or right again; ``key`` names the thing."""
    _event("alarm", f"{kind} {step}: {key}", level=logging.ERROR, kind=kind, step=step, key=key)


def problem(message: str) -> None:
    """Note a mistake in a file of the operator."""
    _event("problem", message, level=logging.ERROR)


def configure(*, verbose: bool, form: str = "json") -> None:
    """Send the log to stderr, one event per line (``form``: ``json`` or ``text``), with the id of the mail in work."""
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(_FORMS[form]())
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[stream], force=True)
    for name in ("apscheduler", "alembic", "imapclient"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # aiosmtpd logs addresses and commands at INFO, and at WARNING what is no command: of a client that sends a mail's
    # text unasked (RFC 3030 BDAT) the first word of each line.
    logging.getLogger("mail.log").setLevel(logging.ERROR)


def _event(action: str, sentence: str, *, level: int = logging.INFO, **fields: object) -> None:
    if not _log.isEnabledFor(level):
        return
    written = {name: _writable(value) if isinstance(value, str) else value for name, value in fields.items()}
    _log.log(level, "%s %s", action, _writable(sentence), extra={"action": action, "event": written})


def _writable(text: str) -> str:
    """Return the text with lone surrogates escaped: what a broken mail says must not break the log."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
