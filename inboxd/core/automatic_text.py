"""Automatic replies whose header is silent: known by how subject and first lines begin."""

import re
from typing import Final

from inboxd.core.automatic_notes import (
    ANSWER_TIME,
    AWAY,
    BACK,
    CURRENTLY,
    DEPUTY,
    PROMISED,
    RECEIVED,
    STATED,
    THANKS,
    UNREAD,
    URGENT,
)
from inboxd.core.automatic_words import AMBIGUOUS_SUBJECTS, NAMED_ABSENCE, SUBJECTS, TOPICS
from inboxd.core.subject_marks import bare_subject, folded, is_forward, is_reply, leading_tags

MAX_NOTE: Final = 2_500
_OPENING: Final = 500
_FIRST_LINES: Final = 4
_OPENING_LINES: Final = 6

_COLON = re.compile(r"\s{0,3}[:：]")
_REPLY_BEHIND = re.compile(r"\s{0,3}[-–—(\[]{0,2}\s{0,3}(?:re|aw|sv|fwd?|wg|odp|antw|回复|答复)\s{0,2}[:：]")
_SEPARATOR = re.compile(r"\s{1,3}[-–—|]\s|\s{0,3}[!>]|\s{0,2}[(\[<（【\"'«“„]")
_CUT = re.compile(
    r"^(?:>|-{2,}\s{0,3}\w|_{5,}|on .{4,80} wrote:|am .{4,80} schrieb|le .{4,80} a écrit|(?:from|von|de|da|van|fra|från|od|от"
    r"|发件人|差出人)\s{0,2}[:：])",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING = re.compile(r"^.{0,60}[,，!、]?$")
_OBJECTION = re.compile(
    r"\b(?:but|however|unfortunately|aber|jedoch|mais|cependant|pero|però|mas|maar|men|ale|но)\b"
)
_ENDINGS: Final = frozenset("?？؟;")
_NEXT_SENTENCE = re.compile(r"(?<=[.!。！])\s{1,3}")
_MOST_PREAMBLE: Final = 3


def looks_like_automatic_reply(subject: str, text: str, *, in_reply: bool) -> str:
    """Return why subject and first lines show an automatic reply, or the empty string.

    ``text`` is what the sender wrote, without quotes; ``in_reply`` says whether the mail answers another. A
    subject that begins with a technical prefix and a colon is enough (``Abwesenheitsnotiz: …``); what a
    person may ask about needs a note below it. Behind a reply or forward mark a person speaks of such a mail
    (``Re: Automatic reply``), unless the text opens by saying that it is automatic.
    """
    note = _without_rest(text)
    stated = _states_automatic(note)
    if is_forward(subject):
        return ""
    if stated:
        return f"first lines: {stated}"
    if _is_receipt(note):
        return "confirms receipt"
    if _is_read_by_nobody(note):
        return "nobody reads there any more"
    if not is_reply(subject) and (phrase := _subject_phrase(subject, note, in_reply=in_reply)):
        return f"subject begins: {phrase}"
    answers = in_reply or is_reply(subject)
    return "absence note" if answers and _is_complete_note(note) else ""


def _subject_phrase(subject: str, note: str, *, in_reply: bool) -> str:
    """Return the phrase by which the subject shows a machine, or the empty string."""
    tagged = next((tag for tag in leading_tags(subject) if folded(tag) in _TECHNICAL), "")
    if tagged:
        return tagged
    bare = folded(bare_subject(subject))
    if marked := NAMED_ABSENCE.search(bare):
        return marked.group()
    if not bare.startswith(SUBJECTS):
        return ""
    phrase = next((one for one in SUBJECTS if bare.startswith(one) and _ends_word(bare, len(one))), "")
    if not phrase:
        return ""
    rest = bare[len(phrase) :]
    supported = _asks_nothing(note) and (in_reply or _is_absence_note(note, 0))
    if _COLON.match(rest) or _REPLY_BEHIND.match(rest):
        return phrase if phrase not in TOPICS or supported else ""
    if not rest.strip(" .!…"):
        return phrase if phrase not in AMBIGUOUS_SUBJECTS or supported else ""
    if _SEPARATOR.match(rest) and phrase not in AMBIGUOUS_SUBJECTS:
        return phrase
    return phrase if bare[-1] not in _ENDINGS and _is_absence_note(note, 1) else ""


_TECHNICAL: Final = frozenset(SUBJECTS) - TOPICS


def _ends_word(text: str, end: int) -> bool:
    """Return True when a word ends at ``end``; scripts without spaces between words always do."""
    following, last = text[end : end + 1], text[end - 1 : end]
    return not following.isalnum() or (not last.isascii() and last >= "\u2e80")


def _without_rest(text: str) -> str:
    """Return the beginning of the text, up to the first sign of a quoted or forwarded mail."""
    head = text[:MAX_NOTE].strip()
    cut = _CUT.search(head)
    return (head[: cut.start()] if cut else head).lower().replace("’", "'")


def _states_automatic(note: str) -> str:
    """Return the sentence that says so in the first lines (a greeting may stand above), or ''."""
    lines = [" ".join(line.split()) for line in note[: _OPENING * 2].splitlines() if line.strip()]
    for index in range(min(_FIRST_LINES, len(lines))):
        opening = " ".join(lines[index : index + _OPENING_LINES])[:_OPENING]
        if found := _statement(opening):
            return (
                "" if opening[: opening.find("?") + 1].count(".") == 0 < opening.count("?") else found.strip()
            )
        if not _GREETING.match(lines[index]):
            return ""
    return ""


def _statement(opening: str) -> str:
    """Return the statement the opening begins with; thanks and receipts, which people write too, may precede."""
    sentences = _NEXT_SENTENCE.split(opening, maxsplit=_MOST_PREAMBLE)
    for index in range(len(sentences)):
        if found := STATED.match(" ".join(sentences[index:])):
            # Looking for courtesy anywhere costs much more than for a statement at the beginning.
            return found.group() if all(map(_is_preamble, sentences[:index])) else ""
    return ""


def _is_preamble(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in (THANKS, RECEIVED, PROMISED))


def _is_absence_note(note: str, parts: int) -> bool:
    """Return True when the text says its writer is away, and ``parts`` of: until when, who helps, thanks."""
    opening = note[:_OPENING]
    if not _asks_nothing(note) or len(note) >= MAX_NOTE:
        return False
    if AWAY.search(opening) is None:
        return parts == 0 and STATED.match(opening) is not None
    return sum(pattern.search(note) is not None for pattern in (BACK, DEPUTY, THANKS)) >= parts


def _is_complete_note(note: str) -> bool:
    """Return True for an absence note that shows below any subject.

    A customer answers, too, that he is away until Monday and will look then; so more is asked for: what to do
    in urgent cases, or thanks for the mail together with a deputy or the standing present of a prepared note.
    """
    if not _is_absence_note(note, 1):
        return False
    if BACK.search(note) is None:
        return URGENT.search(note) is not None and CURRENTLY.search(note) is not None
    if URGENT.search(note):
        return True
    return THANKS.search(note) is not None and bool(DEPUTY.search(note) or CURRENTLY.search(note))


def _is_receipt(note: str) -> bool:
    """Return True when the text confirms that a mail came in and says when it will be read."""
    opening = note[:_OPENING]
    if _OBJECTION.search(opening):
        return False
    if not _asks_nothing(note):
        return False
    if RECEIVED.search(opening) and PROMISED.search(note):
        return True
    return THANKS.search(opening) is not None and ANSWER_TIME.search(opening) is not None


def _is_read_by_nobody(note: str) -> bool:
    """Return True when the text says that its address is not read, or its owner gone, and who helps instead."""
    opening = note[:_OPENING]
    return _asks_nothing(note) and UNREAD.search(opening) is not None and DEPUTY.search(opening) is not None


def _asks_nothing(note: str) -> bool:
    return not any(mark in note for mark in "?？؟")
