"""What ``customers.csv`` says, and what can be wrong with it."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.customer_file import read_customer_file
from inboxd.core.customer_listing import Listing, field_name, join_listings

WHOLE = """\
Email;Name;Organization;Language;Tags;VIP;Plan;Account manager
"Carla@Example.org, carla@home.example";Carla  Costa;Acme GmbH;DE;"beta, early bird";yes;pro;Ada

dora@other.example;Dora;;;;no;;
"""


def problems(text: str) -> list[tuple[int, str]]:
    """Return line and message of everything that is wrong."""
    return [(one.line, one.message) for one in read_customer_file(text, "customers.csv").problems]


def test_every_column_has_its_meaning() -> None:
    """Known columns mean what they say in any usual spelling, all others are fields, and empty lines are nobody."""
    said = read_customer_file(f"\ufeff{WHOLE}", "customers.csv")
    carla, dora = said.listings
    assert said.problems == ()
    assert said.fields == {"plan", "account_manager"}
    assert carla == Listing(
        ("carla@example.org", "carla@home.example"),
        "Carla Costa",
        "Acme GmbH",
        "de",
        ("beta", "early bird", "vip"),
        {"plan": "pro", "account_manager": "Ada"},
        line=2,
    )
    assert (dora.person, dora.tags, dora.fields, dora.line) == ("dora@other.example", (), {}, 4)


def test_all_mistakes_are_told_at_once() -> None:
    """Each with its line, also behind a value that goes over several lines; what is right is read all the same."""
    text = 'address,name,vip,language\na@b.c,"two\nlines",maybe,\n,Dora,,\nno address,,,\nA@B.C,,,english\nd@e.f,,,de,extra\ng@h.i,,,\n'
    assert problems(text) == [
        (2, "'vip' is yes or no, not 'maybe'"),
        (4, "there is no address"),
        (5, "'no' is no e-mail address"),
        (5, "'address' is no e-mail address"),
        (6, "a@b.c stands in line 2 already"),
        (6, "'language' is a code such as 'de', not 'english'"),
        (7, "5 values for 4 columns: one that holds a comma needs quotes"),
    ]
    assert [one.person for one in read_customer_file(text, "x").listings] == ["g@h.i"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "there is no line that names the columns"),
        ("name\nCarla\n", 1, "no column is called 'address': it says whose each line is"),
        ("address,,plan,Plan\n", 1, "column 2 has no name"),
        ("address,plan,Plan\n", 1, "column 3: there is another 'plan'"),
        ('address\n"a@b.c\nd@e.f\n', 2, "from this line on the file cannot be read: unexpected end of data"),
        (
            "address\nsupport@acme.test\n",
            2,
            "support@acme.test is the desk's or an operator's: it is no customer's",
        ),
        (f"address,plan\na@b.c,{'x' * 1001}\n", 2, "'plan' is longer than 1000 characters, or no text"),
        (",".join(f"c{n}" for n in range(80)), 1, "there are 80 columns, and 60 are the most"),
    ],
)
def test_a_mistake_has_its_line(text: str, line: int, message: str) -> None:
    """Whatever is wrong is told with the line it stands in."""
    said = read_customer_file(text, "customers.csv", lambda one: one == "support@acme.test")
    assert (line, message) in [(one.line, one.message) for one in said.problems]


def test_column_names_are_as_rules_write_them() -> None:
    """Case, spaces and dashes do not count."""
    assert field_name(" Account-Manager ") == field_name("account manager") == "account_manager"


def test_the_first_row_of_a_merged_person_holds() -> None:
    """Of two rows that are one person's, the first word on each point holds, and tags are put together."""
    first = Listing(("a@b.c",), name="Carla", tags=("vip",), fields={"plan": "pro"})
    second = Listing(("d@e.f",), "C.", "Acme", "de", ("beta", "vip"), {"plan": "free", "seats": "3"})
    assert join_listings([first, second]) == Listing(
        ("a@b.c", "d@e.f"), "Carla", "Acme", "de", ("vip", "beta"), {"plan": "pro", "seats": "3"}
    )
    assert join_listings([]) is None


@settings(max_examples=60)
@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    """Whatever the file holds, there is an answer, and every problem has a line of the file."""
    said = read_customer_file(text, "customers.csv")
    assert all(1 <= one.line <= text.count("\n") + text.count("\r") + 2 for one in said.problems)


_WORDS = st.text("abcäß ,;\"'\n", max_size=12)


@settings(max_examples=40)
@given(st.lists(_WORDS, min_size=1, max_size=5))
def test_what_a_spreadsheet_writes_is_read(values: list[str]) -> None:
    """Any text comes out as it was written, but for the space around it."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["address", "remark"])
    writer.writerows([f"a{number}@b.c", value] for number, value in enumerate(values))
    said = read_customer_file(file.getvalue(), "customers.csv")
    assert [one.fields.get("remark", "") for one in said.listings] == [one.strip() for one in values]
