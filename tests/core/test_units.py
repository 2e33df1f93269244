import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.units import MAX_DURATION, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", dt.timedelta(seconds=90)),
        ("15min", dt.timedelta(minutes=15)),
        ("48h", dt.timedelta(days=2)),
        ("3d", dt.timedelta(days=3)),
        ("2w", dt.timedelta(weeks=2)),
        ("1h30min", dt.timedelta(minutes=90)),
        (" 1 d 12 h ", dt.timedelta(hours=36)),
        ("1.5h", dt.timedelta(minutes=90)),
        ("0s", dt.timedelta()),
    ],
)
def test_durations_are_read_as_people_write_them(text: str, span: dt.timedelta) -> None:
    """A number and a unit, several of them one after the other."""
    assert parse_duration(text) == span


@pytest.mark.parametrize(
    "text", ["", "3", "d", "3m", "3 days", "-3d", "1e3s", "3d,", "99999d", "999999999999w"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    """``m`` could be months: it is not guessed at, and nothing overflows."""
    with pytest.raises(ValueError, match=r"no duration|ten years"):
        parse_duration(text)


@given(st.timedeltas(min_value=dt.timedelta(), max_value=MAX_DURATION))
def test_durations_survive_being_written(span: dt.timedelta) -> None:
    """Days, hours, minutes and seconds written one after the other add up to the span they were taken from."""
    whole = dt.timedelta(seconds=round(span.total_seconds()))
    minutes, seconds = divmod(whole.seconds, 60)

    assert parse_duration(f"{whole.days}d{minutes // 60}h{minutes % 60}min{seconds}s") == whole


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Nothing but ``ValueError`` comes out of a text that is neither."""
    for read in (parse_duration, parse_size):
        try:
            read(text)
        except ValueError as error:
            assert str(error)  # noqa: PT017  any of the sentences will do


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("35MB", 35_000_000),
        ("512 kB", 512_000),
        ("10MiB", 10 * 2**20),
        ("1.5gb", 1_500_000_000),
        ("7", 7),
        ("7 B", 7),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    """MB is a million bytes, MiB the binary one."""
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "35 megabytes", "-1MB", "99999GB", "1MBB"])
def test_what_is_no_size_is_refused(text: str) -> None:
    """A mistyped unit is told, not taken for bytes."""
    with pytest.raises(ValueError, match=r"no size|terabyte"):
        parse_size(text)
