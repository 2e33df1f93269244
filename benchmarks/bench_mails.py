"""Mixed mails, always the same for a number: questions, replies, HTML mails, automatic answers, bounces, lists."""

from pathlib import Path

# Of every twenty mails so many are of a kind; the order of the mails mixes them.
_KINDS = ("question",) * 10 + ("reply",) * 4 + ("html",) * 3 + ("automatic", "bounce", "list")
_HEAD = """\
From: {name} <{name}@shop{number}.example>
To: support@acme.test
Subject: {subject}
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <{number}.mixed@shop{number}.example>
MIME-Version: 1.0
{more}Content-Type: {type}

"""
_PLAIN = "text/plain; charset=utf-8"
_FILLER = """
We use it every morning, because the numbers of the day before are in it and our shop orders by them. Until Thursday
all went well. On Friday the file had half of its lines, and on Monday there were none but the first twenty. I have
signed out and in again, and I have tried another browser on another machine. My colleague sees the same with her own
account, so it cannot be a setting of mine. The report itself shows everything on the screen, only the file is short.
"""
_QUESTION = """\
Hello,

since the last update the export of report {number} stops in the middle. The file has {number} lines and no end.
{filler}
Can you tell me what to do?

Regards
{name}
"""
_REPLY = """\
Yes, it is still so today, in report {number} as well.

On Mon, 23 Nov 2026, Support wrote:
> since the last update the export stops in the middle
> Can you tell me what to do?
"""
_HTML = """\
--b{number}
Content-Type: text/plain; charset=utf-8

Where do I find invoice {number}?
{filler}
--b{number}
Content-Type: text/html; charset=utf-8

<html><body><p>Where do I find <b>invoice {number}</b>?</p><p>{filler}</p></body></html>
--b{number}--
"""
_BOUNCE = """\
--b{number}
Content-Type: text/plain

Your message to lost@shop{number}.example could not be delivered.
--b{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop{number}.example

Final-Recipient: rfc822; lost@shop{number}.example
Action: failed
Status: 5.1.1

--b{number}--
"""


def mixed_mail(number: int) -> tuple[str, bytes]:
    """Return one mail: its reverse-path and its bytes."""
    kind = _KINDS[number * 7 % len(_KINDS)]
    name = "mailer-daemon" if kind == "bounce" else f"customer{number}"
    values = {"number": number, "name": name, "filler": _FILLER, "more": "", "type": _PLAIN}
    subject, body = f"The export of report {number} stops", _QUESTION
    if kind == "reply":
        earlier = number - number * 7 % len(_KINDS) % 5 - 1
        values["more"] = f"In-Reply-To: <{max(earlier, 0)}.mixed@shop{max(earlier, 0)}.example>\n"
        subject, body = f"Re: {subject}", _REPLY
    elif kind == "html":
        values["type"] = f'multipart/alternative; boundary="b{number}"'
        subject, body = f"Invoice {number}", _HTML
    elif kind == "automatic":
        values["more"] = "Auto-Submitted: auto-replied\n"
        subject = f"Out of office {number}"
    elif kind == "list":
        values["more"] = f"List-Id: <news{number}.example>\nPrecedence: bulk\n"
        subject = f"News {number}"
    elif kind == "bounce":
        values["type"] = f'multipart/report; report-type=delivery-status; boundary="b{number}"'
        subject, body = "Undelivered Mail", _BOUNCE
    raw = (_HEAD + body).format(**values, subject=subject).encode()
    return ("" if kind == "bounce" else f"{name}@shop{number}.example"), raw


def write_mails(folder: Path, mails: int) -> None:
    """Write so many mails into a folder, in the order they come."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(mails):
        (folder / f"{number:06}.eml").write_bytes(mixed_mail(number)[1])
