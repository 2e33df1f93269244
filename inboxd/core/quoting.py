"""What a person wrote now, and what of a mail is quoted, signature or legal text; nothing is lost.

Steps: lines of the HTML with its mark-up's word on them, or of the plain text → lines that stand in our own sent mails
→ boundaries of earlier mails → part of every line → signatures and disclaimers.
"""

import re
from dataclasses import replace
from typing import Final

from inboxd.core.mail import Mail, Written
from inboxd.core.quoting_attribution import split_shared_lines
from inboxd.core.quoting_boundaries import Boundary, BoundaryKind, find_boundaries
from inboxd.core.quoting_html import html_lines
from inboxd.core.quoting_lines import Line, fenced, read_lines
from inboxd.core.quoting_parts import Part, mend_quotes, part_lines
from inboxd.core.quoting_words import FORWARD_PREFIXES
from inboxd.core.sent_diff import SentWords, cut_known, give_back, index_sent, mark_known, resembles_sent
from inboxd.core.signature import learn_signature, part_signatures

_MAX_LINES: Final = 10_000  # a longer mail is read so far; the rest goes where its last line went
_LEARN_FROM: Final = 3
_SUBJECT_PREFIX: Final = re.compile(
    r"\s*(?:\[[^\]]{0,80}\]\s*){0,3}([^\s:：\[\]()]{1,20}(?: [^\s:：\[\]()]{1,20})?)\s?(?:[\[(]\d{1,3}[\])])?\s?[:：]"
)
_DANISH_FROM: Final = re.compile(r"^[\s>*]{0,6}Fra\s?:", re.MULTILINE)
OPERATOR_TOKEN: Final = re.compile(
    r"[\w.-]{0,64}\+[a-z]\d{1,12}\.[a-z2-7]{10,64}(?:@[\w.-]{1,255})?|<?t\d{1,12}\.m\d{1,12}\.[a-z2-7]{10,64}(?:@[\w.-]{1,255}>?)?",
    re.IGNORECASE,
)
_VS_LOOK: Final = 4000
_LINK: Final = re.compile(r"<?(?:https?://|mailto:)[^\s<>]{1,2000}>?|[*_]")
_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_NOTHING: Final = index_sent(())


def separate(
    mail: Mail,
    sent_texts: tuple[str, ...] = (),
    earlier_texts: tuple[str, ...] = (),
    shown_texts: tuple[str, ...] = (),
) -> Written:
    """Return what the person wrote now and what is quoted, signature and disclaimer.

    ``sent_texts`` are the plain texts of the mails we sent on this ticket: their lines are quoted even without any mark,
    and answers between them are found. ``earlier_texts`` are earlier mails of the same sender, to know his signature.
    ``shown_texts`` are those whose words may be written anew above the quotation (``sent_diff.give_back``).
    A forwarded mail is what its sender wants to show and stays in ``new_text``.
    """
    forward, reply = _is_forward(mail), _is_reply(mail)
    sent, shown = index_sent(sent_texts), index_sent(shown_texts)
    learnt = _learn(earlier_texts)
    body = read_lines(mail.plain if mail.html.strip() and mail.plain.strip() else mail.text)
    if mail.html.strip():
        lines, marked = html_lines(mail.html)
        if marked or not mail.plain.strip():
            rich = _separate(lines, sent, learnt, shown, forward=forward, reply=reply)
            plain = (
                _separate(body, sent, learnt, shown, forward=forward, reply=reply)
                if mail.plain.strip()
                else rich
            )
            return plain if not rich.new_text or _same_words(rich, plain) else rich
    return _separate(body, sent, learnt, shown, forward=forward, reply=reply)


def separate_text(
    text: str,
    sent_texts: tuple[str, ...] = (),
    earlier_texts: tuple[str, ...] = (),
    *,
    is_forward: bool = False,
) -> Written:
    """Return the same for a plain text that answers some mail."""
    return _separate(
        read_lines(text),
        index_sent(sent_texts),
        _learn(earlier_texts),
        _NOTHING,
        forward=is_forward,
        reply=True,
    )


def strip_own(text: str, sent_texts: tuple[str, ...], shown_texts: tuple[str, ...] = ()) -> str:
    """Return only what the operator wrote: no line of ours, no token, no quote, no signature.

    Used before his words go to a customer. In doubt a line is left out: what we wrote to the operator (tokens, commands,
    notes) must never reach the customer. ``shown_texts`` are what the customer knows already: ``separate`` with the
    same left their words in ``text`` only where the operator may have written them (``sent_diff.give_back``).
    """
    sent, shown = index_sent(sent_texts), index_sent(shown_texts)
    read = split_shared_lines(read_lines(text)[:_MAX_LINES])
    lines = mend_quotes(mark_known(read, sent))
    skip = fenced(lines)
    boundaries = find_boundaries(lines, skip)
    below = boundaries[0].start if boundaries else len(lines)
    lines = give_back(lines, read, shown, below, announced=True)
    parts = part_lines(lines, boundaries, keep_forwards=False, strict=True)
    parts = part_signatures(lines, parts, skip, ())
    kept = [
        cut_known(line.text, sent, shown if at < below else None)
        for at, line in enumerate(lines)
        if parts[at] is Part.NEW and not (at > below and resembles_sent(line, sent))
    ]
    return OPERATOR_TOKEN.sub("", _join(kept))


def _separate(
    lines: tuple[Line, ...],
    sent: SentWords,
    learnt: tuple[str, ...],
    shown: SentWords,
    *,
    forward: bool,
    reply: bool,
) -> Written:
    lines = split_shared_lines(lines)
    head = mend_quotes(mark_known(lines[:_MAX_LINES], sent))
    skip = fenced(head)
    boundaries = find_boundaries(head, skip)
    head = give_back(head, lines, shown, _end_of_top(head, lines, boundaries), announced=bool(boundaries))
    if skip or not (boundaries or reply):
        head = _without_marks(head, None if not (boundaries or reply) else skip)
    if forward:
        parts = [Part.NEW] * len(head)
    else:
        parts = part_lines(head, boundaries, keep_forwards=True, strict=False)
    kept = _shown_from(boundaries, parts, forward=forward)
    parts[:kept] = part_signatures(head[:kept], parts[:kept], skip, learnt)
    return _written(lines, parts + parts[-1:] * (len(lines) - len(head)))


def _end_of_top(marked: tuple[Line, ...], lines: tuple[Line, ...], boundaries: tuple[Boundary, ...]) -> int:
    """Return where the part ends in which a line of ours may be written anew: where an earlier mail begins.

    Where that mail is marked line by line, what has no mark is no quotation, above or below.
    """
    known = [at for at, line in enumerate(marked) if line.known]
    marks = sum(lines[at].quoted for at in known)
    if not boundaries or 2 * marks > len(known):
        return len(marked)
    return boundaries[0].start


def _without_marks(lines: tuple[Line, ...], only: frozenset[int] | None) -> tuple[Line, ...]:
    """Return the lines with ``>`` meaning nothing: in code, and (``only`` None) in a mail that answers none.

    A first mail has nothing to quote: what stands behind ``>`` there, a log or a prompt, was written now.
    """
    return tuple(
        replace(line, quoted=line.known)
        if line.quoted != line.known and (only is None or at in only)
        else line
        for at, line in enumerate(lines)
    )


def _shown_from(boundaries: tuple[Boundary, ...], parts: list[Part], *, forward: bool) -> int:
    """Return the first line of a forwarded mail, which is kept as it is, signature and all."""
    kept = (
        b.start
        for b in boundaries
        if forward or (b.kind is BoundaryKind.FORWARD and parts[b.start] is Part.NEW)
    )
    return next(kept, len(parts))


def _written(lines: tuple[Line, ...], parts: list[Part]) -> Written:
    texts: dict[Part, list[str]] = {part: [] for part in Part}
    for line, part in zip(lines, parts, strict=True):
        texts[part].append(line.text)
    return Written(
        new_text=_join(texts[Part.NEW]),
        quoted=_join(texts[Part.QUOTED]),
        signature=_join(texts[Part.SIGNATURE]),
        disclaimer=_join(texts[Part.DISCLAIMER]),
    )


def _join(texts: list[str]) -> str:
    """Return the lines as one text: no more than one empty line between them, none around."""
    return _EMPTY_LINES.sub("\n\n", "\n".join(text.rstrip() for text in texts)).strip("\n")


def _learn(earlier_texts: tuple[str, ...]) -> tuple[str, ...]:
    if not earlier_texts:
        return ()
    return learn_signature(
        tuple(
            _separate(read_lines(text), _NOTHING, (), _NOTHING, forward=False, reply=True).new_text
            for text in earlier_texts[-_LEARN_FROM:]
        )
    )


def _same_words(rich: Written, plain: Written) -> bool:
    """Return True when both say the same: then the plain text is preferred, as its sender's program laid it out."""
    return _LINK.sub(" ", rich.new_text).split() == _LINK.sub(" ", plain.new_text).split()


def _is_forward(mail: Mail) -> bool:
    """Return True when the first prefix of the subject says so; "Re: Fwd:" is an answer."""
    match = _SUBJECT_PREFIX.match(mail.subject)
    if match is None:
        return False
    prefix = match.group(1).casefold()
    if prefix == "vs":
        # "Videresendt" in Danish and Norwegian, but "Vastaus" (answer) in Finnish.
        return _DANISH_FROM.search(mail.text[:_VS_LOOK]) is not None
    return prefix in FORWARD_PREFIXES


def _is_reply(mail: Mail) -> bool:
    return bool(mail.in_reply_to or mail.references) or _SUBJECT_PREFIX.match(mail.subject) is not None
