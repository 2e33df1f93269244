"""Reply and forward marks before a subject (``Re:``, ``AW:``, ``Fwd:``, ``転送:``), as clients write them."""

import re
import unicodedata
from typing import Final

MAX_SUBJECT: Final = 998  # RFC 5322 2.1.1

_TAG = re.compile(r"\s{0,20}[\[【（(][^\[\]【】（）()]{0,60}[\]】）)]\s{0,20}")
_REPLY = re.compile(
    r"(?:re|aw|sv|vs|antw|antwort|odp|ynt|yan|rif|ref|res|r|vá|απ|ответ|ha|hal|bls|ats|ad|回复|答复|回覆|返信|회신|رد|תגובה)"
    r"\s{0,3}(?:[\[(（]\d{1,3}[\])）]|\^\d{1,3})?\s{0,3}[:：]",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"(?:fwd?|wg|wtr|vl|vb|tr|rv|enc|enl|i|doorst|doorgest|pd|továbbítás|továbbítva|πρθ|yml|ilt|trs|fs|pren|prp"
    r"|redirected|пересл|переслано|转发|轉寄|轉發|転送|전달|إعادة توجيه)"
    r"\s{0,3}(?:[\[(（]\d{1,3}[\])）])?\s{0,3}[:：]",
    re.IGNORECASE,
)


def bare_subject(subject: str) -> str:
    """Return the subject case-folded, single-spaced, without tags such as ``[list]`` at its beginning."""
    text = _spaced(subject)
    while tag := _TAG.match(text):
        text = text[tag.end() :]
    return text.casefold().strip(" *-–—\"'“”„«»")


def leading_tags(subject: str) -> tuple[str, ...]:
    """Return what the subject begins with in brackets: ``[Auto-Reply] Hello`` gives ``auto-reply``."""
    text, tags = _spaced(subject), []
    while tag := _TAG.match(text):
        tags.append(tag.group().strip(" []【】（）()").casefold())
        text = text[tag.end() :]
    return tuple(tags)


def folded(text: str) -> str:
    """Return ``text`` without case and accents, white space squeezed: the form phrases meet in."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join(
        "".join(char for char in decomposed if not unicodedata.combining(char)).casefold().split()
    )


def is_reply(subject: str) -> bool:
    """Return True when the subject begins with a reply mark (behind any list tag)."""
    return _REPLY.match(bare_subject(subject)) is not None


def is_forward(subject: str) -> bool:
    """Return True when the subject begins with a forward mark, be it behind reply marks (``Re: Fwd:``)."""
    text = bare_subject(subject)
    while mark := _REPLY.match(text):
        text = text[mark.end() :].lstrip()
    return _FORWARD.match(text) is not None or text.endswith("(fwd)")


def without_forward_marks(subject: str) -> str:
    """Return the subject single-spaced, without the forward marks at its beginning."""
    text = _spaced(subject)
    while mark := _FORWARD.match(text):
        text = text[mark.end() :].lstrip()
    return text


def _spaced(subject: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", subject[:MAX_SUBJECT]).split())
