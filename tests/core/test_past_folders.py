"""Which folders are read."""

import pytest

from inboxd.core.past_folders import history_folders
from inboxd.core.special_folders import ListedFolder

PLAIN = tuple(
    ListedFolder((), "/", name)
    for name in (
        "Archive/2019",
        "Deleted Items",
        "Drafts",
        "INBOX",
        "Sent",
        "Trash/old",
        "Junk E-mail",
        "草稿箱",
    )
)


def test_all_history_and_nothing_else() -> None:
    """The inbox first, Sent and archives with it; what was thrown away or never sent is left out by its usual name."""
    assert history_folders(PLAIN, ()) == ("INBOX", "Archive/2019", "Sent")


def test_what_the_server_says_counts() -> None:
    """A folder used for drafts, trash or junk (RFC 6154) is left out whatever its name, and so is one that holds none."""
    listed = (
        ListedFolder(("\\Trash",), ".", "Müll"),
        ListedFolder(("\\NoSelect",), ".", "Years"),
        ListedFolder(("\\Sent",), ".", "Raus"),
    )
    assert history_folders(listed, ()) == ("Raus",)


def test_a_folder_with_everything_is_read_alone() -> None:
    """Where the server has every mail in one folder (Gmail), the labels beside it are the same mails once more."""
    listed = (ListedFolder(("\\All",), "/", "[Gmail]/All Mail"), *PLAIN)
    assert history_folders(listed, ()) == ("[Gmail]/All Mail",)


def test_chosen_folders() -> None:
    """What is chosen is read, each once; what is not there is named."""
    assert history_folders(PLAIN, ("Drafts", "inbox", "Drafts")) == ("Drafts", "inbox")
    with pytest.raises(LookupError, match="Nowhere"):
        history_folders(PLAIN, ("Nowhere", "Sent"))
