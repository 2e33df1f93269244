"""IBANs are found however they are written, and words beside them stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.account_numbers import account_numbers, is_account


def found(text: str) -> list[str]:
    """Return the account numbers of a text."""
    return [text[begin:end] for begin, end in account_numbers(text)]


@pytest.mark.parametrize(
    "written",
    [
        "DE89370400440532013000",
        "DE89 3704 0044 0532 0130 00",
        "DE89-3704-0044-0532-0130-00",
        "DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000",
        "DE89 3704 0044 0532\n> 0130 00",
        "de89 3704 0044 0532 0130 00",
        "GB29 NWBK 6016 1331 9268 19",
        "FR76 3000 6000 0112 3456 7890 189",
        "ES91 2100 0418 4502 0005 1332",
        "CH93 0076 2011 6238 5295 7",
        "NL91ABNA0417164300",
        "NO93 8601 1117 947",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_an_account_is_found_as_it_is_written(written: str) -> None:
    """Spaces, dashes, broken lines, small letters and Chinese beside it hide no account, and no word beside it is taken."""
    around = ("{}", "IBAN:{} BIC COBADEFF", "({})", "我的IBAN是{}。", "to {} please")
    assert [found(one.format(written)) for one in around] == [[written]] * len(around)


@pytest.mark.parametrize(
    "text",
    [
        "DE88 3704 0044 0532 0130 00",
        "order AB12 3456 7890 1234",
        "XDE89370400440532013000",
        "DE893704004405320130001",
        "my number is 67826. Thank you for all of your help",
        "at 12 o'clock",
        "",
    ],
)
def test_what_is_no_account_stays(text: str) -> None:
    """Wrong check digits, another length, another country and words are none."""
    assert found(text) == []


@given(st.text(alphabet="DEde0123456789 -\n", max_size=120))
def test_it_never_raises(text: str) -> None:
    """Whatever stands there, what is found passes its own check."""
    for one in found(text):
        assert is_account("".join(character for character in one if character.isalnum()))
