"""What is looked for when a person is erased."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.erasure import ERASED, Traces, event_left, names_of

CARLA = Traces(("carla@cliente.test",), ("Carla Clienté", "Carla"), frozenset({12}))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("<Carla@Cliente.test>, bye", f"<{ERASED}>, bye"),
        ("from CARLA  CLIENTÉ's mail", f"from {ERASED}'s mail"),
        ("carla\nclienté", ERASED),
        ("anacarla@cliente.test", "anacarla@cliente.test"),
        ("carla@cliente.test.org", "[erased].org"),
        ("Dear Carla", "Dear Carla"),
        ("carla@cliente.testing", "carla@cliente.testing"),
        ("", ""),
    ],
)
def test_addresses_and_full_names_are_taken_out(text: str, left: str) -> None:
    """In whatever letters and spacing; a first name alone is many people's, and a longer address is another's."""
    assert CARLA.redact(text) == left


def test_names_in_other_scripts() -> None:
    """A Chinese name of three characters is a full one wherever it stands; two could be any word."""
    assert Traces((), ("王小明",)).redact("你好王小明先生") == f"你好{ERASED}先生"
    assert Traces((), ("小明",)).redact("你好小明先生") == "你好小明先生"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#12 Export", True),
        ("#120 Export", False),
        ("#1", False),
        ("carla@cliente.test", True),
        ("Carla", False),
    ],
)
def test_what_tells_of_him(text: str, *, told: bool) -> None:
    """A letter tells of him when it names him or the number of a ticket of his."""
    assert CARLA.is_told_in(text) is told


def test_json_is_looked_through() -> None:
    """Keys, values and lists at any depth lose him; what is no text stays."""
    value = {"carla@cliente.test": [1, None, {"a": "by carla@cliente.test"}], "n": True}
    assert CARLA.redact_value(value) == {ERASED: [1, None, {"a": f"by {ERASED}"}], "n": True}


def test_what_stays_of_an_event() -> None:
    """Numbers and words the figures need stay; free text, addresses and unknown words go; a Message-ID is replaced."""
    detail: dict[str, Any] = {
        "from": "open",
        "to": "solved",
        "automatic": True,
        "score": 4,
        "confidence": 0.9,
        "text": "my words",
        "recipients": ["carla@cliente.test"],
        "why": "Carla",
        "message_id": "<a@b>",
        "by": "carla@cliente.test",
    }
    left = {
        "from": "open",
        "to": "solved",
        "automatic": True,
        "score": 4,
        "confidence": 0.9,
        "message_id": "x",
    }
    assert event_left(detail, lambda _: "x") == left


def test_different_names() -> None:
    """Quotes and space around a name are not part of it; what is empty is none."""
    assert names_of(["'Carla'", ' "Carla" ', "", " ", "Dora"]) == ("Carla", "Dora")


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=20), max_size=3))
def test_redacting_never_raises_and_ends(text: str, names: list[str]) -> None:
    """Any text and any names: nothing of what is looked for is found a second time."""
    traces = Traces(("a@b.test",), names_of(names))
    once = traces.redact(text)
    assert traces.redact(text) == once
    assert traces.is_in(text) == (once != text) or ERASED in text
