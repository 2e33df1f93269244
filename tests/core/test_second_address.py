"""Which addresses are names of one mailbox."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.second_address import domains_of, mailbox_of


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("Carla+shop@gmail.com", "carla@gmail.com"),
        ("carla@googlemail.com", "carla@gmail.com"),
        ("carla+a+b@outlook.com", "carla@outlook.com"),
        ("carla+shop@acme.test", ""),
        ("+shop@gmail.com", ""),
        ("gmail.com", ""),
        ("", ""),
    ],
)
def test_only_a_providers_word_makes_one_mailbox(address: str, mailbox: str) -> None:
    """What stands behind the plus counts for nothing where the provider says so; elsewhere nothing is known."""
    assert mailbox_of(address) == mailbox


@settings(max_examples=50)
@given(st.text(max_size=60))
def test_a_mailbox_is_a_name_of_itself(text: str) -> None:
    """Whatever is asked, the answer is stable, and its domain is among those that are looked in."""
    mailbox = mailbox_of(f"{text}@googlemail.com")
    assert mailbox_of(mailbox) == mailbox
    assert not mailbox or mailbox.rpartition("@")[2] in domains_of(mailbox)
