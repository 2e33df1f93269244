"""Whether a reply still speaks of the same thing: by its subject, or by what it quotes."""

import re
import unicodedata

MAX_SUBJECT = 998
MAX_TEXT = 100_000
MAX_SENT = 20_000
SHINGLE = 24  # characters without white space; shorter runs are found in any two letters
MIN_SHARED_SUBJECT = 4

# Reply and forward marks of mail clients, as RFC 5256 2.1 strips Re and Fwd, in the languages they are localised to.
_MARKS = (
    "re|aw|sv|vs|vl|vb|antw|antwort|odp|ynt|rif|ref|res|r|i|fw|fwd|wg|tr|rv|enc|doorst|pd|továbbítás|vá|απ|πρθ"
    "|ответ|ha|回复|答复|回覆|转发|轉寄|返信|転送|회신|전달"
)
_MARK = re.compile(rf"\s{{0,20}}(?:{_MARKS})\s{{0,3}}(?:[\[(]\d{{1,3}}[\])])?\s{{0,3}}[:：]", re.IGNORECASE)
_BRACKETED = re.compile(r"[\[［][^\[\]［］]{0,60}[\]］]")
_QUOTE_MARKS = re.compile(r"[\s>|]+")


def comparable_subject(subject: str) -> str:
    """Return the subject without reply marks, bracketed tags and case (RFC 5256 2.1, in many languages)."""
    rest = _BRACKETED.sub(" ", unicodedata.normalize("NFKC", subject[:MAX_SUBJECT]))
    while mark := _MARK.match(rest):
        rest = rest[mark.end() :]
    return " ".join(rest.casefold().split())


def is_same_subject(subject: str, earlier: tuple[str, ...]) -> bool:
    """Return True when the subject goes on with one of the earlier ones; an empty one always does."""
    base = comparable_subject(subject)
    return not base or any(_goes_on(base, comparable_subject(other)) for other in earlier)


def quotes_any(text: str, sent_texts: tuple[str, ...]) -> bool:
    """Return True when a stretch of what we sent stands in ``text``, however it was wrapped or marked as quoted."""
    own = _squeezed(text[:MAX_TEXT])
    shingles = {own[at : at + SHINGLE] for at in range(max(1, len(own) - SHINGLE + 1))}
    return any(_shares(own, shingles, _squeezed(sent[:MAX_SENT])) for sent in sent_texts)


def _goes_on(base: str, other: str) -> bool:
    if base == other:
        return True
    shorter, longer = sorted((base, other), key=len)
    return len(shorter) >= MIN_SHARED_SUBJECT and shorter in longer


def _squeezed(text: str) -> str:
    return _QUOTE_MARKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _shares(own: str, shingles: set[str], sent: str) -> bool:
    if len(sent) < SHINGLE:
        return bool(sent) and sent in own
    return any(sent[at : at + SHINGLE] in shingles for at in range(0, len(sent) - SHINGLE + 1, SHINGLE))
