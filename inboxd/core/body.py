"""The body of a mail as one text, and what is attached to it.

Which part is which follows RFC 8621 4.1.4 (the algorithm mail programs use for display): texts of a ``mixed`` are read
one after the other, of an ``alternative`` one is chosen, an attached mail is an attachment whatever stands in it.
"""

import html as html_entities
import re
from dataclasses import dataclass, field

from inboxd.core.html_limits import MAX_HTML, bound_html
from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Attachment
from inboxd.core.mime_tree import MAX_TEXT, Part
from inboxd.core.part_content import has_filename, part_bytes, part_filename, part_text

_BODY_TYPES = frozenset(
    "text/plain text/html text/enriched text/richtext text/markdown text/x-markdown text/x-web-markdown".split()
)
_HTML_START = re.compile(r"\s{0,99}(?:<!doctype html|<html[\s>])", re.IGNORECASE)
_STUB = re.compile(r"\b(?:html|browser|multi-?part|mime)\b", re.IGNORECASE)
_SAMPLE = 1_000
_STUB_LENGTH = 300
_STUB_SHARE = 5  # the HTML says so many times more than a stub


@dataclass(frozen=True, slots=True)
class Body:
    """The text as a person would read it, and the two alternatives it came from (empty where the mail has none)."""

    text: str
    plain: str
    html: str
    attachments: tuple[Attachment, ...]


@dataclass(slots=True)
class _Piece:
    """One piece of the body in its alternatives; None where it has no such form."""

    plain: str | None = None
    html: str | None = None

    @property
    def text(self) -> str:
        """Return the piece as a person reads it."""
        if self.plain is not None and self.plain.strip() and not self._is_stub:
            return self.plain
        return html_to_text(self.html) if self.html is not None else self.plain or ""

    @property
    def _is_stub(self) -> bool:
        """Return True for "your program cannot show HTML", which nobody is meant to read."""
        plain, html = self.plain or "", self.html or ""
        if len(plain) > _STUB_LENGTH or len(html) < _STUB_SHARE * len(plain) or not _STUB.search(plain):
            return False
        return len(html_to_text(html)) > _STUB_SHARE * len(plain)


@dataclass(slots=True)
class _Reading:
    attachments: list[Attachment] = field(default_factory=list)


def read_body(root: Part) -> Body:
    """Return the body and the attachments of the mail ``root``."""
    reading = _Reading()
    pieces = [piece for piece in _pieces(root, reading) if piece.plain or piece.html]
    texts = [piece.text for piece in pieces]
    plain = html = ""
    if any(piece.plain is not None for piece in pieces):
        plain = _joined(
            [text if piece.plain is None else piece.plain for piece, text in zip(pieces, texts, strict=True)]
        )
    if any(piece.html is not None for piece in pieces):
        html = "\n".join(_as_html(piece) for piece in pieces)
    return Body(_joined(texts), plain, html, tuple(reading.attachments))


def _pieces(part: Part, reading: _Reading) -> list[_Piece]:
    """Return the pieces of body below ``part``, in order; what is no body becomes an attachment on the way."""
    if part.is_branch and part.get_content_maintype() == "multipart":
        kind = part.get_content_subtype()
        if kind == "alternative":
            return _alternative(part, reading)
        return [
            piece
            for index, child in enumerate(part.parts)
            for piece in (
                _pieces(child, reading)
                if child.is_branch or _is_body(child, index, kind)
                else _attach(child, reading, related=kind == "related")
            )
        ]
    if _is_body(part, 0, ""):
        return [_read_text(part)]
    return _attach(part, reading)


def _alternative(part: Part, reading: _Reading) -> list[_Piece]:
    """RFC 2046 5.1.4: the same content in several forms, the richest last."""
    chosen = _Piece()
    for child in part.parts:
        if not child.is_branch and not _is_body(child, 0, "alternative"):
            _attach(child, reading)
            continue
        pieces = [piece for piece in _pieces(child, reading) if piece.plain or piece.html]
        if any(piece.html for piece in pieces):
            chosen.html = "\n".join(_as_html(piece) for piece in pieces)
        if chosen.plain is None or not chosen.plain.strip():
            plains = [piece.plain for piece in pieces if piece.plain]
            if plains and not (chosen.html and len(plains) < len(pieces)):
                chosen.plain = _joined(plains)
    return [chosen]


def _is_body(part: Part, index: int, container: str) -> bool:
    """RFC 8621 4.1.4 ``isInline``: text to be shown where it stands, not one to be opened."""
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":  # a broken one: no parts could be made of it
        return True
    if kind not in _BODY_TYPES or part.get_content_disposition() == "attachment":
        return False
    if index == 0:
        return not has_filename(part) or _is_text(part)
    return not has_filename(part) and not (container == "related" and part.get("content-id"))


def _is_text(part: Part) -> bool:
    """Return True when a named part is the text its type says (pictures are sent as text, too)."""
    declared = str(part.get("content-type", "")).lower().lstrip()
    return declared.startswith("text/") and b"\0" not in part_bytes(part)[:_SAMPLE]


def _read_text(part: Part) -> _Piece:
    budget = part.budget
    text = part_text(part)
    if part.get_content_type() == "text/html" or _HTML_START.match(text):
        text, defects = bound_html(text, min(MAX_HTML, budget.characters // 2))
        # Building the tree costs several times what reading text does.
        budget.characters -= 2 * len(text)
        for defect in defects:
            budget.note(defect)
        return _Piece(html=text)
    if len(text) > budget.characters:
        budget.note(f"text of more than {MAX_TEXT} characters: the rest was not read")
        text = text[: budget.characters]
    budget.characters -= len(text)
    return _Piece(plain=text)


def _attach(part: Part, reading: _Reading, *, related: bool = False) -> list[_Piece]:
    content = part_bytes(part)
    disposition = part.get_content_disposition()
    content_id = str(part.get("content-id", "")).strip().strip("<>").strip()
    inline = disposition == "inline" or (disposition is None and related and bool(content_id))
    name = part_filename(part, len(reading.attachments) + 1)
    kind = part.get_content_type()
    reading.attachments.append(Attachment(name, kind, len(content), inline, content_id, content))
    return []


def _joined(texts: list[str]) -> str:
    return "\n".join(
        text.rstrip("\n") if index + 1 < len(texts) else text for index, text in enumerate(texts)
    )


def _as_html(piece: _Piece) -> str:
    if piece.html is not None:
        return piece.html
    return f'<div style="white-space: pre-wrap">{html_entities.escape(piece.plain or "", quote=False)}</div>'
