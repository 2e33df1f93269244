"""Card numbers are found however they are written, and other numbers are left alone."""

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.card_numbers import card_numbers, is_card

_random = random.Random(20_261_116)
_MANY = 400


def digits(count: int) -> str:
    """Return so many digits by chance."""
    return "".join(_random.choice("0123456789") for _ in range(count))


def with_check_digit(number: str) -> str:
    """Return a number with the check digit of Luhn behind it."""
    values = [*(int(one) for one in number), 0]
    doubled = sum(sum(divmod(2 * one, 10)) for one in values[-2::-2])
    return number + str(-(sum(values[-1::-2]) + doubled) % 10)


def found(text: str) -> list[str]:
    """Return the card numbers of a text."""
    return [text[begin:end] for begin, end in card_numbers(text)]


@pytest.mark.parametrize(
    "written",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111\u20131111\u20131111\u20131111",
        "4111\u00a01111\u00a01111\u00a01111",
        "4111  1111  1111  1111",
        "4111 1111\n1111 1111",
        "4111 1111\r\n> 1111 1111",
        "41111111 11111111",
        "4222 222 222 222",
        "378282246310005",
        "3782 822463 10005",
        "3056 930902 5904",
        "5500005555555559",
        "2223003122003222",
        "6011 1111 1111 1117",
        "3530111333300000",
        "6240008631401148",
        "\uff14\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11\uff11",
    ],
)
def test_a_card_is_found_as_it_is_written(written: str) -> None:
    """Groups, dashes, broken lines, full-width digits and Chinese beside it hide no card, and nothing beside it is taken."""
    around = (
        "{}",
        "card no.{}, cvc",
        "({})",
        "卡号{}，谢谢",
        "visa={}&exp=1",
        "{} 12/27 123",
        "{},12/27",
        "2 {}",
    )
    assert [found(one.format(written)) for one in around] == [[written]] * len(around)


def test_digit_by_digit() -> None:
    """A number whose digits stand apart is one where nothing else is beside it."""
    assert found("card: 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1, ok?") == ["4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"]


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "0000000000000000",
        "<20261116100000.41111111111111@a.test>",
        "<4111111111111111@a.test>",
        "+49 4111 1111 111111",
        "x4111111111111111",
        "41111111-1111-4111-a111-111111111111",
        "9491 4111 1111 1111 1111 12",
        "订单号：4111111111111111",
        "Order number: 4111111111111111",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    """A wrong check digit, an id, a telephone number, a part of a longer number and what is called an order stay."""
    assert found(text) == []


def test_two_cards_are_two() -> None:
    """Two numbers in a row are both found."""
    assert found("4111 1111 1111 1111 5500 0055 5555 5559") == ["4111 1111 1111 1111", "5500 0055 5555 5559"]


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda: f"30{digits(1)}-{digits(7)}-{digits(7)}", id="order at Amazon"),
        pytest.param(lambda: f"order 4{digits(15)}", id="order number"),
        pytest.param(lambda: f"2026112{digits(9)}", id="number that begins with the date"),
        pytest.param(lambda: f"40{digits(11)}", id="EAN"),
        pytest.param(lambda: with_check_digit(f"35{digits(12)}"), id="IMEI"),
        pytest.param(lambda: with_check_digit(f"8949{digits(14)}"), id="ICCID"),
        pytest.param(
            lambda: f"9400 {digits(4)} {digits(4)} {digits(4)} {digits(4)} 12", id="tracking at USPS"
        ),
        pytest.param(lambda: f"0034 0434 {digits(4)} {digits(4)} {digits(4)}", id="tracking at DHL"),
        pytest.param(lambda: f"SF{digits(13)}", id="tracking at SF"),
        pytest.param(lambda: f"17{digits(11)}", id="time in milliseconds"),
        pytest.param(lambda: f"17{digits(14)}", id="time in microseconds"),
        pytest.param(lambda: f"+49 41{digits(2)} {digits(9)}", id="telephone"),
        pytest.param(lambda: f"0049 170 {digits(4)} {digits(4)}", id="telephone with 00"),
        pytest.param(lambda: f"138 {digits(4)} {digits(4)} 139 {digits(4)} {digits(4)}", id="two telephones"),
    ],
)
def test_numbers_of_other_kinds_stay(made: Callable[[], str]) -> None:
    """None of 400 order numbers, tracking numbers, IMEIs, EANs, times and telephone numbers of each kind is taken."""
    assert [one for one in (made() for _ in range(_MANY)) if found(one)] == []


@given(st.text(alphabet="0123456789 -.>\n４@", max_size=200))
def test_it_never_raises(text: str) -> None:
    """Whatever stands there, what is found are digits of a card."""
    for one in found(text):
        assert is_card("".join(character for character in one if character.isdigit()))
