"""Which folders of an old mailbox hold the history of a desk. Pure."""

from collections.abc import Collection, Sequence

from inboxd.core.special_folders import ListedFolder

# RFC 6154 2 and 8: what was never sent, thrown away, or marked as unwanted; and where no mail can lie (RFC 9051 7.3.1).
_NO_HISTORY = frozenset({"\\drafts", "\\trash", "\\junk", "\\noselect", "\\nonexistent"})
# RFC 6154 2: every mail of the mailbox once more, as Gmail has it.
_ALL = "\\all"
# Of servers that name no uses.
_USUALLY_NONE = frozenset(
    """drafts draft entwürfe brouillons borradores bozze concepten trash deleted papierkorb corbeille papelera cestino
    junk spam bulk 草稿 草稿箱 垃圾邮件 已删除""".split()
) | {"deleted messages", "deleted items", "gelöschte elemente", "junk e-mail", "junk-e-mail", "junk email"}


def history_folders(listed: Sequence[ListedFolder], chosen: Collection[str]) -> tuple[str, ...]:
    """Return the folders to read: those chosen by name, else all but drafts, trash and junk; Sent among them.

    Where one folder holds every mail (Gmail), it alone is read. Raises ``LookupError`` naming the chosen ones that are
    not there.
    """
    names = [one.name for one in listed]
    if chosen:
        missing = [one for one in chosen if one not in names and one.upper() != "INBOX"]
        if missing:
            raise LookupError(", ".join(missing))
        return tuple(dict.fromkeys(chosen))
    kept = [one for one in listed if not _is_no_history(one)]
    everything = [one.name for one in kept if _ALL in _flags(one)]
    # The inbox first, so that most questions come before their answers.
    return tuple(
        everything or sorted((one.name for one in kept), key=lambda name: (name.upper() != "INBOX", name))
    )


def _is_no_history(folder: ListedFolder) -> bool:
    return bool(_flags(folder) & _NO_HISTORY) or any(part in _USUALLY_NONE for part in _parts(folder))


def _flags(folder: ListedFolder) -> set[str]:
    return {flag.lower() for flag in folder.flags}


def _parts(folder: ListedFolder) -> list[str]:
    """Return the names on the way to a folder: what lies in Trash was thrown away with it."""
    parts = folder.name.split(folder.delimiter) if folder.delimiter else [folder.name]
    return [part.strip().lower() for part in parts]
