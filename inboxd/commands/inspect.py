"""``inboxd inspect``: what the core sees in a mail; no store, no configuration (DESIGN 4.8)."""

from collections.abc import Sequence
from typing import Any

from inboxd.commands.printing import print_json, print_table, to_json
from inboxd.core.authenticate import reported_results
from inboxd.core.classify import classify
from inboxd.core.commands import read_commands
from inboxd.core.dsn import read_bounce
from inboxd.core.language import detect_language
from inboxd.core.mail import Address, Attachment, Automatic, Bounce
from inboxd.core.parse import parse
from inboxd.core.quoting import separate
from inboxd.intake.pipe import read_mail


def inspect_files(files: Sequence[str], *, as_json: bool) -> None:
    """Print one document, or with several files one JSON line per file, in order."""
    if not as_json:
        for name in files:
            print_table(name, ("what", "read"), inspect_mail(read_mail(name)).items())
        return
    if len(files) == 1:
        print_json(inspect_mail(read_mail(files[0])))
        return
    for name in files:
        print(to_json({"file": name, **inspect_mail(read_mail(name))}), flush=True)  # noqa: T201  JSON Lines on stdout


def inspect_mail(raw: bytes) -> dict[str, Any]:
    """Return everything the core reads in a mail; never fails on a bad one, says what was wrong in ``defects``."""
    mail = parse(raw)
    bounce = read_bounce(mail)
    written = separate(mail)
    automatic = classify(mail, None, bounce, frozenset(), written.new_text)
    spf, dkim, dmarc = reported_results(mail)
    return {
        "subject": mail.subject,
        "from": _address(mail.from_),
        "to": [_address(one) for one in mail.to],
        "cc": [_address(one) for one in mail.cc],
        "reply_to": [_address(one) for one in mail.reply_to],
        "date": mail.date.isoformat() if mail.date else None,
        "message_id": mail.message_id,
        "in_reply_to": " ".join(mail.in_reply_to),
        "references": list(mail.references),
        "language": detect_language(f"{mail.subject}\n{written.new_text}"),
        "text": mail.text,
        "new_text": written.new_text,
        "quoted": written.quoted,
        "signature": "\n".join(part for part in (written.signature, written.disclaimer) if part),
        "attachments": [_attachment(one) for one in mail.attachments],
        "automatic": _automatic(automatic),
        "bounce": _bounce(bounce),
        "authentication": {"spf": spf, "dkim": dkim, "dmarc": dmarc},
        "commands": _commands(written.new_text),
        "defects": list(mail.defects),
    }


def _address(address: Address) -> dict[str, str]:
    return {"name": address.display_name, "address": address.addr_spec}


def _attachment(one: Attachment) -> dict[str, Any]:
    return {
        "filename": one.filename,
        "content_type": one.content_type,
        "size": one.size,
        "inline": one.inline,
    }


def _automatic(automatic: Automatic) -> dict[str, Any]:
    return {
        "is_automatic": automatic.is_automatic,
        "kind": automatic.kind.value,
        "reason": automatic.reason,
        "may_answer": automatic.may_answer,
    }


def _bounce(bounce: Bounce) -> dict[str, Any]:
    recipients = [
        {
            "address": one.final_recipient,
            "action": one.action,
            "status": one.status,
            "permanent": one.permanent,
        }
        for one in bounce.recipients
    ]
    return {"is_bounce": bounce.is_bounce, "recipients": recipients}


def _commands(new_text: str) -> list[str]:
    return [str(command) for command in read_commands(new_text).commands]
