"""From a mail to what it asks: units of meaning, each compared with the articles by itself.

Measured: with greeting, context, order numbers and a disclaimer around the question, one text for the whole mail
finds half as often as sentence units do. People ask without question marks, so every content sentence counts.
"""

import functools
import itertools
import re
from dataclasses import dataclass

from inboxd.knowledge.courtesy import (
    CONTEXT,
    COURTESY,
    DELIMITER,
    DISCLAIMER,
    EMPTY_SUBJECT,
    FAILS,
    GREETING_LINE,
    GREETING_PREFIX,
    MASKS,
    REQUEST,
    SENT_FROM,
    SIGN_OFF,
)

# A mail longer than this is a report, not a question; what matters stands at its beginning.
MAX_CHARACTERS = 8_000
MAX_SENTENCES = 12
MAX_UNIT = 1_000
_LONGEST_SUBJECT = 300

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]]{0,2}\s+(?=\S)|(?<=[。！？；])\s*")
_BULLET = re.compile(r"^\s{0,8}(?:[-*•·]|\d{1,2}[.)、])\s+")
_REPLY_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|fw|fwd|wg|tr|sv|antw|回复|答复|转发)\s*[:：]\s*)+", re.IGNORECASE
)
_TICKET_TAG = re.compile(r"\[[^\]]{0,40}#\d{1,9}\]")
_SPACE = re.compile(r"\s+")
_ASKS = re.compile(
    r"[?？]\s*$|吗|怎么|如何|什么|多少|几点|哪里|为什么"
    r"|^(?:and |also |then |besides )*(?:how|what|when|where|why|which|who|can|could|may|do|does|is|are|will|would)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = (
    r"(?:how|where|when|what|why|which|who|can|could|is|are|do|does|will"
    r"|wie|wo|wohin|wann|was|warum|welche[rs]?|kann|gibt"
    r"|comment|où|quand|pourquoi|quel(?:le)?s?|combien|puis-je|cómo|dónde|cuándo|qué|cuánto|cuál|puedo)"
)
# "Where is my invoice, and how do I pay it": two questions in one sentence. Each has three words at least.
_TWO_QUESTIONS = re.compile(
    rf"(¿?{_QUESTION_WORD} \S+ \S.{{0,300}}?)[,;]? (?:and|und|et|y) (?:also |auch |aussi |también )?"
    rf"({_QUESTION_WORD} \S+ \S.*)",
    re.IGNORECASE | re.DOTALL,
)
_LETTER = re.compile(r"[^\W\d_]")
# "I asked your colleague but she could not tell me": the failure is the colleague's.
_TOLD_ELSEWHERE = re.compile(
    r"\b(?:colleague|website|web site|faq|help pages?|hotline|phone|answer|anything|kolleg\w*|antwort|webseite|collègue|réponse|site)\b"
)
_NAME = re.compile(r"(?:[^\W\d_][\w.'-]{0,20})(?: [^\W\d_][\w.'-]{0,20}){0,2}")
_LONGEST_SIGNATURE = 8
_LONGEST_SIGN_OFF = 80
_SHORT_LINE = 60


@dataclass(frozen=True, slots=True)
class Question:
    """What a mail asks.

    ``units`` holds every text to compare (subject, sentences, pairs, the whole), no repeats; ``asked`` the sentences
    that are questions of their own.
    """

    subject: str
    sentences: tuple[str, ...]
    whole: str
    units: tuple[str, ...]
    asked: tuple[str, ...]


def read_question(subject: str, new_text: str) -> Question:
    """Return the question of a mail from its subject and what its writer wrote now; never raises."""
    return _read(subject[:_LONGEST_SUBJECT], new_text[:MAX_CHARACTERS])


def mask(text: str) -> str:
    """Return the text without links, addresses and numbers that say who and which, never what."""
    for pattern, instead in MASKS:
        text = pattern.sub(instead, text)
    return _SPACE.sub(" ", text).strip()


# Reading ahead, matching, diagnosis and category of one mail ask for the same one.
@functools.lru_cache(maxsize=64)
def _read(subject: str, text: str) -> Question:
    sentences = _sentences(_content_lines(text)) or _sentences(text.splitlines())
    title = _informative_subject(subject)
    whole = " ".join(sentences)[:MAX_UNIT]
    pairs = tuple(f"{one} {two}" for one, two in itertools.pairwise(sentences))
    with_title = (f"{title}. {whole}",) if title and whole and not _repeats(title, whole) else ()
    texts = (*sentences, *pairs, *((title,) if title else ()), whole, *with_title)
    units = tuple(dict.fromkeys(text[:MAX_UNIT] for text in texts if text))
    asked = tuple(sentence for sentence in sentences if _ASKS.search(sentence))
    return Question(title, sentences, whole, units, asked)


def _content_lines(text: str) -> list[str]:
    """Return the lines between greeting and sign-off, quoted ones left out."""
    kept: list[str] = []
    lines = [line.strip() for line in text.replace("\r\n", "\n").split("\n")]
    for number, line in enumerate(lines):
        lowered = line.lower()
        if line.startswith((">", "|")) or SENT_FROM.match(lowered) or DISCLAIMER.match(lowered):
            continue
        if kept and DELIMITER.match(line):
            break
        if (
            any(kept)
            and len(lowered) <= _LONGEST_SIGN_OFF
            and SIGN_OFF.match(lowered)
            and _is_end(lines[number + 1 :])
        ):
            break
        kept.append("" if GREETING_LINE.match(lowered) and not any(kept) else line)
    return kept


def _is_end(rest: list[str]) -> bool:
    """Return whether what follows a possible sign-off is a signature: few and short lines."""
    following = [line for line in rest if line and not line.startswith(">")]
    return len(following) <= _LONGEST_SIGNATURE or all(len(line) <= _SHORT_LINE for line in following[:4])


def _sentences(lines: list[str]) -> tuple[str, ...]:
    """Return the masked sentences that carry meaning; when courtesy is all there is, that."""
    paragraphs = _without_name(_unwrapped(lines))
    found = [sentence.strip() for text in paragraphs for sentence in _SENTENCE_END.split(text)]
    found = [_without_greeting(sentence) for sentence in found if _LETTER.search(sentence)]
    found = [question for sentence in found for question in _apart(sentence)]
    content = [masked for sentence in found if (masked := _content(sentence))]
    if not content:
        content = [masked for text in paragraphs or lines if (masked := mask(text))]
    return tuple(dict.fromkeys(content))[:MAX_SENTENCES]


def _unwrapped(lines: list[str]) -> list[str]:
    """Return paragraphs: a line that goes on in the next one (RFC 5322 2.1.1 wraps at 78) is joined with it."""
    paragraphs = [""]
    for line in lines:
        starts_new = bool(_BULLET.match(line)) or not line
        bare = _BULLET.sub("", line)
        previous = paragraphs[-1]
        if starts_new or not _goes_on(previous, bare):
            paragraphs.append(bare)
        else:
            paragraphs[-1] = f"{previous} {bare}"
    return [paragraph for paragraph in paragraphs if paragraph]


def _without_name(paragraphs: list[str]) -> list[str]:
    """Return the paragraphs without a last one that is only the writer's name."""
    if len(paragraphs) > 1 and _NAME.fullmatch(paragraphs[-1]) and paragraphs[-1].istitle():
        return paragraphs[:-1]
    return paragraphs


def _goes_on(previous: str, line: str) -> bool:
    long_enough = len(previous.rpartition("\n")[2]) >= 55  # noqa: PLR2004  a wrapped line is nearly full
    return bool(previous) and long_enough and previous[-1] not in ".!?:;。！？" and not line[:1].isupper()


def _without_greeting(sentence: str) -> str:
    match = GREETING_PREFIX.match(sentence.lower())
    return sentence[match.end() :] if match and len(sentence) > match.end() else sentence


def _apart(sentence: str) -> tuple[str, ...]:
    """Return the two questions of a sentence that asks two, each as one; else the sentence."""
    two = _TWO_QUESTIONS.fullmatch(sentence)
    return (f"{two[1]}?", two[2]) if two else (sentence,)


def _content(sentence: str) -> str:
    """Return the masked sentence, or nothing when it is courtesy, context or about an identifier only."""
    lowered = sentence.lower()
    if COURTESY.match(lowered) or DISCLAIMER.match(lowered):
        return ""
    if CONTEXT.match(lowered) and not _asks_or_fails(lowered):
        return ""
    masked = mask(sentence)
    if masked != _SPACE.sub(" ", sentence).strip() and not REQUEST.search(lowered):
        return ""
    return masked if _LETTER.search(masked) else ""


def _asks_or_fails(lowered: str) -> bool:
    """Return whether a sentence that begins like context goes on to say what is wrong."""
    if "?" in lowered or "？" in lowered:
        return True
    return bool(FAILS.search(lowered)) and not _TOLD_ELSEWHERE.search(lowered)


def _informative_subject(subject: str) -> str:
    """Return the subject without reply marks and numbers, or nothing when it says nothing."""
    bare = _TICKET_TAG.sub(" ", _REPLY_PREFIX.sub("", subject)).strip()
    if EMPTY_SUBJECT.match(bare.lower()):
        return ""
    masked = mask(bare)
    return "" if EMPTY_SUBJECT.match(masked.lower()) else masked


def _repeats(title: str, whole: str) -> bool:
    return title.lower().rstrip(" .!?…") in whole.lower()
