"""Two repairs for what senders break most: a header section with a stray line, a multipart with a wrong boundary."""

import re

from inboxd.core.mime_tree import Budget, Part, grow

_MAX_SECTION = 64_000
_MAX_STRAY = 5
_MIN_KNOWN = 2
_REPAIRS = 20

_FIELD = re.compile(rb"(?:[!-9;-~]{1,200}:|[ \t]|From )")  # what the parser takes for a line of the section
_KNOWN = re.compile(
    rb"(?:from|to|cc|subject|date|message-id|mime-version|content-type|content-transfer-encoding|content-disposition"
    rb"|reply-to|received|return-path|in-reply-to|references)[ \t]{0,9}:",
    re.IGNORECASE,
)
_SECTION_END = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_BOUNDARY = re.compile(
    r"^--(?=\S)([^\r\n]{0,69}[^\r\n \t])[ \t]{0,9}\r?\n(?=content-|\r?\n)", re.IGNORECASE | re.MULTILINE
)


def mend_header(raw: bytes) -> bytes | None:
    """Return ``raw`` with stray lines of its header section made continuations, None when there is nothing to mend.

    The parser ends the section at the first line that is no field; everything behind it, and the structure of the
    mail with it, would be read as text.
    """
    end = _SECTION_END.search(raw, 0, _MAX_SECTION)
    section = raw[: end.start()] if end else raw[:_MAX_SECTION]
    lines = section.splitlines(keepends=True)
    stray = [number for number, line in enumerate(lines) if line.strip() and not _FIELD.match(line)]
    if not stray or len(stray) > _MAX_STRAY:
        return None
    if sum(1 for line in lines[stray[0] :] if _KNOWN.match(line)) < _MIN_KNOWN:
        return None
    for number in stray:
        lines[number] = b" " + lines[number]
    return b"".join(lines) + raw[len(section) :]


def mend_boundaries(part: Part, budget: Budget) -> None:
    """Give every multipart below ``part`` whose boundary is missing or wrong the parts its text shows."""
    waiting, repairs = [part], 0
    while waiting:
        current = waiting.pop()
        waiting += current.parts
        if current.get_content_maintype() == "multipart" and not current.is_branch and repairs < _REPAIRS:
            repairs += 1
            _mend_boundary(current, budget)


def _mend_boundary(part: Part, budget: Budget) -> None:
    body = str(part.get_payload() or "")
    found = _BOUNDARY.search(body)
    if found is None:
        return
    boundary = found[1].replace('"', "")
    head = f'Content-Type: {part.get_content_type()}; boundary="{boundary}"\n\n'
    mended = grow(
        head.encode("utf-8", "replace") + body.encode("utf-8", "surrogateescape"), budget, part.depth
    )
    if mended.parts:
        budget.note("multipart with a wrong or missing boundary: read by the one its text shows")
        part.set_payload(list(mended.parts))
