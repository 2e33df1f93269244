"""Header blocks and separators: what Outlook, Yahoo and others print above an earlier mail instead of quoting it."""

import re
from typing import Final

from inboxd.core.quoting_labels import FieldKind, label_kind
from inboxd.core.quoting_lines import ADDRESS, Line
from inboxd.core.quoting_words import FORWARDED_MESSAGE, ORIGINAL_MESSAGE

_MAX_FIELDS: Final = 30
_MAX_CONTINUATION: Final = 2
_MAX_UNKNOWN: Final = 8
_MIN_UNKNOWN: Final = 3
_LABEL_LIMIT: Final = 30
_LABELS_A_LINE: Final = 6
_SURE_KINDS: Final = 3
_PHRASE_LIMIT: Final = 60  # characters of an unruled line such as "Begin forwarded message:"
_MIN_PHRASE: Final = 4  # characters, and
_MAX_PHRASE: Final = 5  # words of a ruled line whose words no table knows
_DELIMITER_LIMIT: Final = 120
_COLON: Final = re.compile(r"\s?[:：]")
_LABELLED: Final = re.compile(r"[*_|\s]{0,6}[^\W\d][^:：]{0,30}[*_]{0,3}\s?[:：]")
_TIME_OF_DAY: Final = re.compile(r"\d{4}.{1,20}\d{1,2}[:.]\d{2}|\d{1,2}[:.]\d{2}.{1,20}\d{4}")
_RULED: Final = re.compile(r"[-_=~*#–—─━]{2,}\s?.{0,80}?\s?[-_=~*#–—─━]{2,}")
_RULE: Final = re.compile(r"[-_=~*–—─━ ]{4,}")
# "Reply above this line" as the desks of this world print it.
_ABOVE_THIS_LINE: Final = re.compile(
    r"[-#=*_–—~ ]{0,40}(?:please |bitte |merci de |veuillez |por favor,? |per favore,? |gelieve )?(?:type |write |enter |tippen |schreiben )?"
    r"(?:(?:your |ihre? |je |uw |su |sua |votre |la |tu )?(?:reply|respon[ds]\w*|answer|antwort\w*|répon\w*|rispo\w*|antwoord\w*|resposta)|sie ihre antwort)\b"
    r".{0,30}\b(?:above|oberhalb|über|au-dessus|encima|arriba|acima|sopra|boven)\b.{0,12}"
    r"\b(?:line|zeile|linie|ligne|línea|linha|riga|linea|lijn|regel)\b"
    r"|.{0,8}[在于請请].{0,6}[此本這这].{0,2}[行线線].{0,4}上.{0,6}(?:回复|回覆|答复|书写|書寫)",
    re.IGNORECASE,
)


def find_header_block(lines: tuple[Line, ...], start: int) -> int | None:
    """Return the index after a block of header fields that begins on line ``start``, or None.

    It must name a sender and one thing more, and hold an address, a subject or the sure word "Sent": a form that
    says "From: London, To: Paris" is no header block.
    """
    if not _LABELLED.match(lines[start].bare):
        return None
    first = _kinds(lines[start].bare)
    if start > 0 and is_rule(lines[start - 1]) and not first:
        return _unknown_block(lines, start)
    if not first and not (start + 1 < len(lines) and _kinds(lines[start + 1].bare)):
        return None
    kinds: set[FieldKind] = set()
    address, last, gap = False, start, 0
    for index in range(start, min(start + _MAX_FIELDS, len(lines))):
        bare = lines[index].bare
        found = _kinds(bare)
        gap = 0 if found or index == start else gap + 1
        if lines[index].quoted or gap > _MAX_CONTINUATION:
            break
        if gap and bare and lines[index - 1].blank:
            break
        last = index if found else last
        kinds |= found
        address = address or ADDRESS.search(bare) is not None
    sure = _is_block(kinds, address=address) if first else _is_rest_of_block(kinds)
    return last + 1 if sure else None


def skip_header_fields(lines: tuple[Line, ...], start: int) -> int:
    """Return the index after the header fields that begin on line ``start``, be it a block or a single one."""
    end = find_header_block(lines, start)
    if end is not None:
        return end
    while start < len(lines) and _kinds(lines[start].bare):
        start += 1
    return start


def find_separator(lines: tuple[Line, ...], index: int) -> str:
    """Return "original" or "forward" for a line such as ``-----Original Message-----``, else the empty string.

    A ruled line with unknown words counts as well when a header field follows right below.
    """
    bare = lines[index].bare
    ruled = _RULED.fullmatch(bare) is not None
    if not ruled and not (len(bare) <= _PHRASE_LIMIT and bare.rstrip().endswith((":", "：", "*"))):
        return ""
    words = bare.strip("-_=~*#–—─━:：<> ").casefold()
    if any(phrase in words for phrase in FORWARDED_MESSAGE) and (ruled or words in FORWARDED_MESSAGE):
        return "forward"
    if any(phrase in words for phrase in ORIGINAL_MESSAGE) and (ruled or words in ORIGINAL_MESSAGE):
        return "original"
    below = next((line.bare for line in lines[index + 1 : index + 3] if not line.blank), "")
    return (
        "original"
        if ruled and len(words) >= _MIN_PHRASE and _kinds(below) and len(words.split()) <= _MAX_PHRASE
        else ""
    )


def is_reply_delimiter(line: Line) -> bool:
    """Return True for ``-- Please reply above this line --`` and the same of other help desks."""
    return len(line.bare) <= _DELIMITER_LIMIT and _ABOVE_THIS_LINE.match(line.bare) is not None


def is_rule(line: Line) -> bool:
    """Return True for a line drawn of dashes, underscores or the like."""
    return _RULE.fullmatch(line.bare) is not None


def _unknown_block(lines: tuple[Line, ...], start: int) -> int | None:
    """Return the end of a block below a drawn line whose labels no table knows: address and date give it away."""
    end = start
    while (
        end < min(start + _MAX_UNKNOWN, len(lines))
        and _LABELLED.match(lines[end].bare)
        and not lines[end].quoted
    ):
        end += 1
    text = " ".join(line.bare for line in lines[start:end])
    sure = (
        end - start >= _MIN_UNKNOWN
        and ADDRESS.search(text) is not None
        and _TIME_OF_DAY.search(text) is not None
    )
    return end if sure else None


def _is_rest_of_block(kinds: set[FieldKind]) -> bool:
    """Return True when only the first label, the sender's, is in a language no table knows."""
    return FieldKind.FROM not in kinds and {FieldKind.SENT, FieldKind.TO} <= kinds


def _is_block(kinds: set[FieldKind], *, address: bool) -> bool:
    when = bool(kinds & {FieldKind.SENT, FieldKind.DATE})
    if FieldKind.FROM in kinds and len(kinds) > 1:
        sure = address or FieldKind.SUBJECT in kinds
        return (sure and (when or len(kinds) >= _SURE_KINDS or address)) or {
            FieldKind.SENT,
            FieldKind.TO,
        } <= kinds
    return when and address and FieldKind.TO in kinds


def _kinds(bare: str) -> set[FieldKind]:
    """Return which header fields a line names; the first must open it, further ones may follow on the same line."""
    kinds: set[FieldKind] = set()
    text = bare.strip("|*_ ")
    for count, match in enumerate(_COLON.finditer(text)):
        if count >= _LABELS_A_LINE:
            break
        label = text[: match.start()].strip("*_ ")
        if count == 0:
            kind = label_kind(label.casefold()) if len(label) <= _LABEL_LIMIT else None
            if kind is None:
                return kinds
        else:
            word = label[-_LABEL_LIMIT:].rpartition(" ")[2].strip("*_")
            kind = label_kind(word.casefold()) if word[:1].isupper() else None
        if kind is not None:
            kinds.add(kind)
    return kinds
