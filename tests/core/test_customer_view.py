"""What the operator sees of a customer."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.customer_view import CustomerFilter, CustomerView, organisation_of

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
CARLA = CustomerView(
    customer_id=1,
    name="Carla Cliente",
    language="es",
    tags=("VIP", "beta"),
    note="met in Lisbon",
    addresses=("carla@mail.cliente.co.uk", "carla@gmail.com"),
    created_at=NOW,
    last_contact_at=NOW,
    tickets=3,
    open=1,
    scores=(4, 5),
)


@pytest.mark.parametrize(
    ("addresses", "organisation"),
    [
        (["carla@gmail.com", "carla@support.acme.co.uk"], "acme.co.uk"),
        (["carla@gmail.com"], ""),
        (["no address", "@", ""], ""),
        ([], ""),
    ],
)
def test_organisation_is_the_registered_domain(addresses: list[str], organisation: str) -> None:
    """It is the first registered domain that is no mail provider's; without one there is none."""
    assert organisation_of(addresses) == organisation


def test_figures_of_a_customer() -> None:
    """The mean of the scores, None without any; VIP is a tag in whatever letters."""
    assert (CARLA.satisfaction, CARLA.vip, CARLA.organisation) == (4.5, True, "cliente.co.uk")
    assert replace(CARLA, scores=(), tags=()).satisfaction is None
    assert not replace(CARLA, tags=()).vip


@pytest.mark.parametrize(
    ("wanted", "passes"),
    [
        (CustomerFilter(), True),
        (CustomerFilter(tag="vip"), True),
        (CustomerFilter(tag="new"), False),
        (CustomerFilter(open=True), True),
        (CustomerFilter(since=NOW), True),
        (CustomerFilter(since=NOW + dt.timedelta(seconds=1)), False),
        (CustomerFilter(text="LISBON"), True),
        (CustomerFilter(text="cliente.co"), True),
        (CustomerFilter(text="nobody"), False),
        (CustomerFilter(text="carla", tag="new"), False),
    ],
)
def test_every_filter_must_hold(wanted: CustomerFilter, *, passes: bool) -> None:
    """A customer is shown when all that was asked for is so."""
    assert wanted.passes(CARLA) is passes


def test_who_never_wrote_is_not_found_by_time() -> None:
    """A customer without a contact, or without open tickets, does not pass filters that ask for one."""
    silent = replace(CARLA, last_contact_at=None, open=0)
    assert not CustomerFilter(since=NOW).passes(silent)
    assert not CustomerFilter(open=True).passes(silent)


@given(st.lists(st.text(max_size=300), max_size=5))
def test_organisation_never_raises(addresses: list[str]) -> None:
    """Whatever stands in an address, the answer is a domain or nothing."""
    assert isinstance(organisation_of(addresses), str)
