"""How a command ends: the exit code and the sentences for whatever went wrong."""

import pytest
from sqlalchemy.exc import OperationalError

from inboxd.ending import complain, told
from inboxd.errors import ConfigError, PermanentError, Problem, TransientError

PROBLEMS = (Problem("config.toml", 2, "unknown key"), Problem("config.toml", 9, "no such file"))


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ConfigError(PROBLEMS), 2, ["config.toml:2: unknown key", "config.toml:9: no such file"]),
        (PermanentError("another daemon has the store"), 1, ["another daemon has the store"]),
        (TransientError("the server is away"), 1, ["the server is away"]),
        (PermissionError(13, "Permission denied", "var"), 1, ["[Errno 13] Permission denied: 'var'"]),
        (KeyboardInterrupt(), 130, []),
    ],
)
def test_what_went_wrong_is_a_sentence_and_an_exit_code(
    error: BaseException, code: int, said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Configuration is 2, other failures 1, Ctrl-C what shells have for it; nothing is printed but sentences on stderr."""
    with pytest.raises(SystemExit) as ended, told():
        raise error
    assert ended.value.code == code
    written = capsys.readouterr()
    assert (written.out, written.err.splitlines()) == ("", said)


def test_a_store_that_fails_is_told_too(capsys: pytest.CaptureFixture[str]) -> None:
    """What a database raises is no traceback either."""
    with pytest.raises(SystemExit) as ended, told():
        raise OperationalError("select 1", {}, Exception("disk I/O error"))
    assert ended.value.code == 1
    assert "disk I/O error" in capsys.readouterr().err


def test_an_error_of_ours_is_not_hidden() -> None:
    """What nobody foresaw keeps its traceback."""
    with pytest.raises(ZeroDivisionError), told():
        raise ZeroDivisionError


def test_sentences_are_written_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    """A long one stays on its line, for whoever looks for it in a log, and what looks like a style is none."""
    long = f"[red]/srv/{'deep/' * 60}config.toml:1: [desk] is missing"
    complain(long, "second")
    assert capsys.readouterr().err.splitlines() == [long, "second"]
