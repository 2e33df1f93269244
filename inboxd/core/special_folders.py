"""Which folder of a mailbox is Sent and which is Drafts: by what the server says, else by its usual names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

SENT: Final = "\\Sent"
DRAFTS: Final = "\\Drafts"

# What mail clients and providers call them where the server names no use (RFC 6154); in lower case.
_USUAL: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        SENT: (
            *("sent", "sent items", "sent messages", "sent mail", "sent objects", "outbox sent"),
            *(
                "gesendet",
                "gesendete objekte",
                "gesendete elemente",
                "envoyés",
                "éléments envoyés",
                "enviados",
            ),
            *(
                "elementos enviados",
                "posta inviata",
                "inviata",
                "verzonden",
                "verzonden items",
                "itens enviados",
            ),
            *(
                "skickat",
                "wysłane",
                "отправленные",
                "已发送",
                "已发送邮件",
                "寄件備份",
                "送信済み",
                "보낸편지함",
            ),
        ),
        DRAFTS: (
            *("drafts", "draft", "entwürfe", "brouillons", "borradores", "bozze", "concepten", "rascunhos"),
            *(
                "utkast",
                "kladder",
                "robocze",
                "wersje robocze",
                "черновики",
                "草稿",
                "草稿箱",
                "下書き",
                "임시보관함",
            ),
        ),
    }
)
# Made where there is none, under the name most clients look for.
_NEW: Final[Mapping[str, str]] = MappingProxyType({SENT: "Sent", DRAFTS: "Drafts"})
_NOT_SELECTABLE: Final = frozenset({"\\noselect", "\\nonexistent"})


@dataclass(frozen=True, slots=True)
class ListedFolder:
    """A line of LIST (RFC 9051 7.3.1): the folder's flags, the hierarchy delimiter, and its name."""

    flags: tuple[str, ...]
    delimiter: str
    name: str


def find_special(listed: Sequence[ListedFolder], use: str) -> str:
    """Return the folder with this use (``SENT``, ``DRAFTS``); empty when there is none.

    A server that names uses is believed (RFC 6154 2); else the usual names count, the shortest path first.
    """
    usable = [one for one in listed if not {flag.lower() for flag in one.flags} & _NOT_SELECTABLE]
    named = [one.name for one in usable if use.lower() in {flag.lower() for flag in one.flags}]
    if named:
        return named[0]
    usual = _USUAL[use]
    fits = [(usual.index(leaf), one.name.count(one.delimiter or "/"), one.name) for one in usable
            if (leaf := _leaf(one)) in usual]  # fmt: skip
    return min(fits, key=lambda fit: (fit[1], fit[0], fit[2]))[2] if fits else ""


def new_special(listed: Sequence[ListedFolder], use: str) -> str:
    """Return under which name to make the folder: beside the others, inside INBOX where everything lies in there.

    Servers with the personal namespace ``INBOX.`` (Courier, older Cyrus) refuse any other place.
    """
    others = [one for one in listed if one.name.upper() != "INBOX"]
    inside = [one for one in others if one.delimiter and one.name.upper().startswith(f"INBOX{one.delimiter}")]
    if others and len(inside) == len(others):
        return f"{inside[0].name[:5]}{inside[0].delimiter}{_NEW[use]}"
    return _NEW[use]


def _leaf(folder: ListedFolder) -> str:
    name = folder.name.rpartition(folder.delimiter)[2] if folder.delimiter else folder.name
    return name.strip().lower()
