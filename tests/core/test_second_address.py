"""Which addresses are names of one mailbox, and which may be a customer's second one."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_mails import make_facts

from inboxd.core.evidence import By
from inboxd.core.facts import Facts, Threading
from inboxd.core.mail import Automatic, AutomaticKind, SenderAuth
from inboxd.core.second_address import domains_of, mailbox_of, second_address

_PROVEN = SenderAuth("dmarc", "pass", aligned=True, authserv_id="mx.acme.test")


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


def test_a_proven_answer_to_our_mail_may_be_the_customers_other_address() -> None:
    """Somebody proven who answers what only the customer got is named; an address the ticket knows already is not."""
    answer = _answering()

    assert second_address(answer, frozenset({"carla@home.test"})) == answer.customer.address
    assert second_address(answer, frozenset({answer.customer.address})) == ""


@pytest.mark.parametrize(
    "change",
    [
        {"sender_auth": SenderAuth("dmarc", "none", aligned=False, authserv_id="mx.acme.test")},
        {"imported": True},
        {"is_operator": True},
        {"forwarded": True},
        {
            "automatic": Automatic(
                is_automatic=True, kind=AutomaticKind.AUTO_REPLY, reason="", may_answer=False
            )
        },
        {"threading": Threading(7, By.SUBJECT_TAG.value, role="participant")},
        {"threading": Threading(7, By.REPLY_ADDRESS.value, role="customer")},
        {"threading": Threading(None, By.REPLY_ADDRESS.value, role="participant")},
    ],
    ids="-".join,
)
def test_without_proof_nobody_is_named(change: dict[str, Any]) -> None:
    """One missing piece of the proof is enough for silence."""
    assert second_address(_answering(**change), frozenset()) == ""


def _answering(**changes: Any) -> Facts:
    """Return what is known of a mail from elsewhere, by a proven sender, to the signed address of a ticket."""
    known = {"threading": Threading(7, By.REPLY_ADDRESS.value, role="participant"), "sender_auth": _PROVEN}
    return make_facts(**{**known, **changes})
