"""Addresses nothing automatic is sent to."""

import pytest

from inboxd.core.automatic_senders import is_list_return_path, is_machine_name, is_no_reply, is_unanswerable


@pytest.mark.parametrize(
    "address",
    [
        "noreply@x.example",
        "no-reply+1@x.example",
        "NoReply-orders@x.example",
        "shop_no-reply@x.example",
        "nao-responda@x.example",
    ],
)
def test_no_reply_has_many_spellings(address: str) -> None:
    """All of them say that nobody reads."""
    assert is_no_reply(address)
    assert is_unanswerable(address)


@pytest.mark.parametrize(
    "address",
    [
        "renoir.eply@x.example",
        "norep@x.example",
        "returns@shop.example",
        "shop-owner@x.example",
        "bouncer@club.example",
        "daemon.smith@x.example",
        "request@x.example",
        "rootsman@x.example",
    ],
)
def test_names_that_only_look_like_it_are_answered(address: str) -> None:
    """People and departments have such names."""
    assert not is_unanswerable(address)


def test_return_paths_of_lists_are_told_from_those_of_bulk_senders() -> None:
    """``bounces+…`` stands on contact forms, too."""
    assert is_list_return_path("users-bounces+pat=x.example@lists.example")
    assert not is_list_return_path("bounces+123-abc@em.shop.example")


def test_programs_have_their_own_names() -> None:
    """Monitoring and newsletters send under them."""
    assert is_machine_name("alerts@x.example")
    assert not is_machine_name("albert@x.example")


@pytest.mark.parametrize("address", ["", "@", "a" * 10_000, "-" * 10_000 + "@x", "no" * 5_000 + "@x"])
def test_odd_addresses_do_not_raise(address: str) -> None:
    """Whatever stands in From is tested."""
    assert is_unanswerable(address) in {True, False}
