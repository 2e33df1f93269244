"""Mails of several parts as a test writes them, and what they become."""

import json

from inboxd.core.mail import Mail

HEADER = b"From: Jane Doe <jane@example.com>\r\nTo: help@acme.test\r\nSubject: login\r\nMIME-Version: 1.0\r\n"


def multipart(kind: str, *parts: bytes, boundary: str = "b1") -> bytes:
    """Return a multipart entity: its Content-Type field, an empty line, its parts."""
    mark = boundary.encode()
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    field = f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n'.encode()
    return field + body + b"--" + mark + b"--\r\n"


def part(content_type: str, body: bytes = b"", *fields: str) -> bytes:
    """Return one body part."""
    return "\r\n".join((f"Content-Type: {content_type}", *fields)).encode() + b"\r\n\r\n" + body


def as_json(mail: Mail) -> str:
    """Return the mail as JSON, which fails on lone surrogates when encoded."""
    facts = (
        mail.header_fields,
        mail.subject,
        mail.text,
        mail.plain,
        mail.html,
        mail.defects,
        mail.references,
    )
    names = [(each.filename, each.content_type, each.content_id) for each in mail.attachments]
    people = [(a.display_name, a.addr_spec) for a in (mail.from_, *mail.to, *mail.cc, *mail.reply_to)]
    return json.dumps([facts, names, people], ensure_ascii=False)
