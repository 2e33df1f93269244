"""Message identifiers (RFC 5322 3.6.4) as they are found in the field: folded, with commas, without brackets."""

import re

MAX_IDS = 200  # of one field: the first and the latest

_SPACE = re.compile(r"\s+")
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BARE = re.compile(r"[^\s<>,;()\"]{1,900}@[^\s<>,;()\"]{1,900}")
_BETWEEN = re.compile(r"[\s,;<>]+")
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")


def read_message_ids(value: str) -> tuple[str, ...]:
    """Return the ids in ``value``, in order and without repeats, each as ``<id>`` without white space.

    Brackets are what makes an id; without any, a value of nothing but ids is taken. Old ``In-Reply-To`` fields hold
    prose with the address of whom they answer (RFC 5322 4.5.4): taken as an id, it would bring all his mails together.
    """
    matches = list(_BRACKETED.finditer(value))
    found = [_SPACE.sub("", one) for one in _bracketed(value, matches)] if matches else _bare(value)
    ids = tuple(dict.fromkeys(f"<{each}>" for each in found if each))
    return ids if len(ids) <= MAX_IDS else (ids[0], *ids[1 - MAX_IDS :])


def read_message_id(value: str) -> str:
    """Return the id of a ``Message-ID`` field, even one without ``@`` or brackets; empty when there is none."""
    found = [*(_SPACE.sub("", one) for one in _BRACKETED.findall(value)), *_BARE.findall(value)]
    bare = next(filter(None, found), "") or _SPACE.sub("", value).strip("<>")[:998]
    return f"<{bare}>" if bare else ""


def _bracketed(value: str, matches: list[re.Match[str]]) -> list[str]:
    """Return what stands in brackets, but for the address in ``Message from Ada <ada@x.test> of "Monday" <1@x.test>``."""
    kept, end = [], 0
    for match in matches:
        # Whoever is named in words is a person, where an id follows or he is no number and is told more of.
        named = _LETTER.search(value, end, match.start()) is not None
        told = match is not matches[-1] or (
            not _DIGIT.search(match[1]) and _LETTER.search(value, match.end()) is not None
        )
        if not (named and told):
            kept.append(match[1])
        end = match.end()
    return kept


def _bare(value: str) -> list[str]:
    """Return the words of a value when each is an id; of prose none is (``ada@x.test's message of Monday``)."""
    words = [word for word in _BETWEEN.split(value) if word]
    return words if all(_BARE.fullmatch(word) for word in words) else []
