"""The per-recipient fields of a delivery status notification (RFC 3464 2.3), as mail systems write them."""

import re
from collections.abc import Iterator
from typing import Final

from inboxd.core.dsn_status import enhanced_status, refined_status
from inboxd.core.mail import Dsn

MAX_RECIPIENTS: Final = 500

_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{1,60})[ \t]{0,5}:(.*)", re.DOTALL)
_FIRST_OF_BLOCK: Final = frozenset({"final-recipient", "action"})
_ADDRESS = re.compile(r"[^\s<>;,\"()]{1,200}@[^\s<>;,\"()]{1,255}")
_ENCAPSULATED: Final = ("imceaex-", "imcea")
_FAILED: Final = ("fail", "error", "undeliver", "reject", "expired")
_DELAYED: Final = ("delay", "defer")
_DONE: Final = ("deliver", "relay", "expand", "transfer", "success")


def read_status_fields(text: str) -> tuple[Dsn, ...]:
    """Return the recipients that failed or wait, one per block; those reached are left out.

    Tolerates blocks without an empty line between them, missing fields and invented actions (``Action:
    error``).
    """
    found = (_recipient(block) for block in _blocks(text))
    kept = {
        dsn.final_recipient: dsn for dsn in found if dsn is not None and dsn.action in {"failed", "delayed"}
    }
    return tuple(kept.values())[:MAX_RECIPIENTS]


def has_status_fields(text: str) -> bool:
    """Return True when the text has at least one block about a recipient, whatever became of it."""
    return any(_recipient(block) is not None for block in _blocks(text))


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """Yield the field groups: they end at an empty line, or where a field that opens a group comes again."""
    block: dict[str, str] = {}
    for field in _unfolded(text):
        match = _FIELD.match(field)
        if match is None:
            if block and not field.strip():
                yield block
                block = {}
            continue
        name, value = match.group(1).lower(), " ".join(match.group(2).split())
        if name in _FIRST_OF_BLOCK and name in block:
            yield block
            block = {}
        block.setdefault(name, value)
    if block:
        yield block


def _unfolded(text: str) -> Iterator[str]:
    """Yield logical lines: white space at the beginning continues the line before (RFC 5322 2.2.3)."""
    held: list[str] = []
    for line in text.splitlines():
        if held and line[:1] in {" ", "\t"} and line.strip():
            held.append(line)
            continue
        if held:
            yield " ".join(held)
        held = [line]
    if held:
        yield " ".join(held)


def _recipient(block: dict[str, str]) -> Dsn | None:
    """Return what the block says of a recipient, or None for the block about the message (RFC 3464 2.2)."""
    address = _address(block)
    if not address and "action" not in block:
        return None
    diagnostic = block.get("diagnostic-code", "")
    status = enhanced_status(block.get("status", ""), diagnostic)
    status = refined_status(status, diagnostic)
    action = _action(block.get("action", ""), status)
    x400 = block.get("final-recipient", "").lower().startswith("x400")
    # An X.400 system reports only what it has given up: its 4.4.7 is final (RFC 2157).
    permanent = action == "failed" and (x400 or not status.startswith("4"))
    return Dsn(address, action, status, diagnostic, permanent)


def _address(block: dict[str, str]) -> str:
    """Return the address we had sent to: RFC 3464 2.3.1 Original-Recipient, else the final one."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = block.get(name, "")
        found = _ADDRESS.search(value.partition(";")[2] or value)
        if found and not found.group().lower().startswith(_ENCAPSULATED):
            return found.group().strip("'.").lower()
    return ""


def _action(value: str, status: str) -> str:
    """Return the action in the words of RFC 3464 2.3.3; the status speaks where it is missing or unknown."""
    word = value.strip().lower()
    for action, beginnings in (("failed", _FAILED), ("delayed", _DELAYED), ("delivered", _DONE)):
        if word.startswith(beginnings):
            return action
    return {"2": "delivered", "4": "delayed"}.get(status[:1], "failed")
