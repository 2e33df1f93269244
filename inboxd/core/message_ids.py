"""Message identifiers (RFC 5322 3.6.4) as they are found in the field: folded, with commas, without brackets."""

import re

MAX_IDS = 200  # of one field: the first and the latest

_SPACE = re.compile(r"\s+")
_BRACKETED = re.compile(r"<([^<>]{1,2000})>")
_BARE = re.compile(r"[^\s<>,;()\"]{1,900}@[^\s<>,;()\"]{1,900}")


def read_message_ids(value: str) -> tuple[str, ...]:
    """Return the ids in ``value``, in order and without repeats, each as ``<id>`` without white space.

    Brackets are what makes an id: only where there are none, whatever looks like one is taken (old ``In-Reply-To``
    fields hold prose and a sender's address, RFC 5322 4.5.4).
    """
    found = [_SPACE.sub("", match) for match in _BRACKETED.findall(value)]
    if not found:
        found = _BARE.findall(value)
    ids = tuple(dict.fromkeys(f"<{each}>" for each in found if each))
    return ids if len(ids) <= MAX_IDS else (ids[0], *ids[1 - MAX_IDS :])


def read_message_id(value: str) -> str:
    """Return the id of a ``Message-ID`` field, even one without ``@`` or brackets; empty when there is none."""
    ids = read_message_ids(value)
    if ids:
        return ids[0]
    bare = _SPACE.sub("", value).strip("<>")[:998]
    return f"<{bare}>" if bare else ""
