"""Which folder is Sent and which is Drafts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.special_folders import DRAFTS, SENT, ListedFolder, find_special, new_special


def _listed(*names: str, delimiter: str = "/", **flags: str) -> tuple[ListedFolder, ...]:
    return tuple(ListedFolder((flags[name],) if name in flags else (), delimiter, name) for name in names)


def test_the_server_is_believed() -> None:
    r"""A folder named \Sent (RFC 6154) is it, whatever it is called and whatever else is called Sent."""
    listed = (*_listed("INBOX", "Sent"), ListedFolder((r"\HasNoChildren", r"\Sent"), "/", "[Gmail]/Всё"))

    assert find_special(listed, SENT) == "[Gmail]/Всё"


@pytest.mark.parametrize(
    ("names", "use", "found"),
    [
        (("INBOX", "Sent Items", "Sent"), SENT, "Sent"),
        (("INBOX", "Gesendete Objekte"), SENT, "Gesendete Objekte"),
        (("INBOX", "Archive/Sent", "Éléments envoyés"), SENT, "Éléments envoyés"),
        (("INBOX", "Entwürfe"), DRAFTS, "Entwürfe"),
        (("INBOX", "草稿箱"), DRAFTS, "草稿箱"),
        (("INBOX", "DRAFTS"), DRAFTS, "DRAFTS"),
        (("INBOX", "Sentinel"), SENT, ""),
        ((), SENT, ""),
    ],
)
def test_else_the_usual_names_count(names: tuple[str, ...], use: str, found: str) -> None:
    """Where the server names no use, mail clients' own names are looked for, the shortest path first."""
    assert find_special(_listed(*names), use) == found


def test_a_folder_that_holds_no_mail_is_none() -> None:
    r"""What is \Noselect is a branch of the tree only."""
    assert find_special((ListedFolder((r"\Noselect",), "/", "Sent"),), SENT) == ""


def test_a_new_one_is_made_beside_the_others() -> None:
    """Where everything lies inside INBOX, with that server's delimiter, so does the new folder."""
    assert new_special(_listed("INBOX", "Archive"), DRAFTS) == "Drafts"
    assert new_special(_listed("INBOX", "INBOX.Sent", "INBOX.Trash", delimiter="."), DRAFTS) == "INBOX.Drafts"
    assert new_special(_listed("INBOX"), SENT) == "Sent"


_folders = st.builds(
    ListedFolder,
    st.lists(st.text(max_size=8), max_size=3).map(tuple),
    st.sampled_from(("", "/", ".")),
    st.text(max_size=20),
)


@given(st.lists(_folders, max_size=6), st.sampled_from((SENT, DRAFTS)))
def test_whatever_is_listed_is_read(listed: list[ListedFolder], use: str) -> None:
    """A strange LIST raises nothing, and what is found was listed."""
    assert find_special(listed, use) in {"", *(one.name for one in listed)}
    assert new_special(listed, use)
