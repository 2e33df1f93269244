"""Moving in from Zammad, against a server that answers as its documentation says."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zammad_desk
from desk_server import DeskServer, run_desk
from stages import ask
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.errors import PermanentError, TransientError
from inboxd.intake import past_api

TOKEN = ("Authorization", "Token token=s3cret-token")


@pytest.fixture
def zammad() -> Iterator[DeskServer]:
    with run_desk(zammad_desk.answer, TOKEN) as server:
        yield server


@pytest.fixture
def desk(new_desk: Path) -> Path:
    """A new desk that has a token for the other one."""
    Path("token").write_text("s3cret-token\n", encoding="utf-8")
    return new_desk


@pytest.fixture
def lite_desk(new_lite_desk: Path) -> Path:
    """The same on SQLite alone."""
    Path("token").write_text("s3cret-token\n", encoding="utf-8")
    return new_lite_desk


def run(server: DeskServer, *more: str) -> Any:
    command = ["import", "zammad", server.url, "--token-file", "token", "--json", *more]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    return json.loads(result.stdout)


def test_tickets_come_with_all_their_lines(desk: Path, zammad: DeskServer) -> None:
    """Question, receipt, answer and note stand on one ticket, each with its date, whatever their headers say."""
    assert run(zammad) == {"imported": 7, "duplicates": 0, "held": 0, "tickets": 3}

    lines = ask("select direction, kind, author, at, text from message where ticket_number = 1 order by id")
    assert [(*line[:3], str(line[3])[:10], line[4].strip()) for line in lines] == [
        ("in", "mail", "carla@customer.test", "2015-03-03", "How do I export?"),
        ("out", "acknowledgement", "user-1@127.0.0.1.invalid", "2015-03-03", "We got your mail."),
        ("out", "relay", "help@old-desk.test", "2015-03-04", "Open Settings, press Export."),
        ("note", "note", "ada@acme.test", "2015-03-05", "He is a reseller."),
    ]


def test_states_and_tags_are_kept(lite_desk: Path, zammad: DeskServer) -> None:
    """What was open there is open here without a clock, the rest is closed; the old number finds the ticket."""
    run(zammad)

    found = ask(
        "select subject, status, tags, first_response_due, idle_at, closed_at from ticket order by number"
    )
    tags = [json.loads(row[2]) if isinstance(row[2], str) else row[2] for row in found]
    assert [row[:2] for row in found] == [("Export", "closed"), ("Price list", "open"), ("Call", "pending")]
    assert tags == [["export", "how-to", "zammad"], ["sales", "zammad"], ["zammad"]]
    assert [row[3:5] for row in found[1:]] == [(None, None)] * 2
    assert [row[5] is None for row in found] == [False, True, True]
    shown = CliRunner().invoke(app, ["tickets", "--was", "22002", "--json"], catch_exceptions=False)
    assert [one["subject"] for one in json.loads(shown.stdout)] == ["Price list"]


def test_attachments_and_people_without_an_address(lite_desk: Path, zammad: DeskServer) -> None:
    """A file comes with the line it hung on; who only called is a customer who cannot be written to."""
    run(zammad)

    ((names,),) = ask("select cast(attachments as text) from message where text like 'See the list%'")
    assert json.loads(names) == ["list.pdf"]
    assert ask("select author, author_name from message where text like 'He asks%'") == [
        ("user-6@127.0.0.1.invalid", "Paul")
    ]


def test_nothing_follows_from_it(lite_desk: Path, zammad: DeskServer) -> None:
    """Not now, and not when the calendar runs for a month: open tickets of another desk are chased by nobody."""
    run(zammad)
    for day in ("2026-11-23", "2026-11-30", "2026-12-21"):
        moment = f"{day}T10:00:00+00:00"
        CliRunner().invoke(app, ["--now", moment, "run", "--until-idle"], catch_exceptions=False)

    assert ask("select kind from outbox where kind <> 'digest'") == []
    assert ask("select count(*) from survey") == [(0,)]
    done = CliRunner().invoke(app, ["reconcile", "--json"], catch_exceptions=False)
    assert json.loads(done.stdout)["unexplained"] == 0
    tried = CliRunner().invoke(app, ["rules", "backtest", "--json"], catch_exceptions=False)
    assert json.loads(tried.stdout)["mails"] > 0


def test_only_what_changed_is_read_again(
    lite_desk: Path, zammad: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second run asks for the list alone; a ticket that was answered there meanwhile gets its new line."""
    run(zammad)
    zammad.asked.clear()
    assert run(zammad)["imported"] == 0
    assert all(path.startswith("/api/v1/tickets?") for path in zammad.asked)

    tickets, articles = copy.deepcopy(zammad_desk.TICKETS), dict(zammad_desk.ARTICLES)
    tickets[1] |= {"updated_at": "2015-06-01T10:00:00.000Z", "state": "closed"}
    articles[2] = [*articles[2], zammad_desk.article(9, 2, "Customer", "web", "06-01", "Too much!")]
    monkeypatch.setattr(zammad_desk, "TICKETS", tickets)
    monkeypatch.setattr(zammad_desk, "ARTICLES", articles)

    assert run(zammad) == {"imported": 1, "duplicates": 2, "held": 0, "tickets": 1}
    assert ask("select text from message where ticket_number = 2 order by id")[-1][0].strip() == "Too much!"


def test_a_passing_failure_is_waited_out(
    lite_desk: Path, zammad: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as the desk says (Retry-After), and nothing is lost by it."""
    waited: list[float] = []
    monkeypatch.setattr(past_api.PastApi.__init__, "__defaults__", (waited.append,))
    zammad.failures += [(429, {"Retry-After": "7"}), (503, {})]

    assert run(zammad)["tickets"] == 3
    assert waited == [7.0, 2.0]


def test_broken_off_it_goes_on_where_it_was(
    lite_desk: Path, zammad: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A desk that goes away in the middle is named; run again, the tickets read before are not read again."""
    monkeypatch.setattr(past_api.PastApi.__init__, "__defaults__", (lambda _: None,))
    real, count = zammad.answer, iter(range(1000))

    def goes_away(path: str, query: dict[str, str]) -> Any:
        if "by_ticket/2" in path and next(count) == 0:
            zammad.failures += [(503, {})] * 6
        return real(path, query)

    zammad.answer = goes_away
    with pytest.raises(TransientError, match="goes on where it was"):
        run(zammad)
    zammad.asked.clear()

    assert run(zammad)["tickets"] == 3
    assert not any("by_ticket/1" in path for path in zammad.asked)


def test_a_wrong_token_is_said_to_be(lite_desk: Path, zammad: DeskServer) -> None:
    """And never repeated."""
    zammad.sign_in = ("Authorization", "Token token=other")
    with pytest.raises(PermanentError, match="refuses /api/v1/tickets: 401") as error:
        run(zammad)
    assert "s3cret" not in str(error.value)


def test_a_ticket_that_makes_no_sense_stops_no_other(
    lite_desk: Path, zammad: DeskServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is named, and asked for again the next time."""
    articles = {**zammad_desk.ARTICLES, 2: [{"id": "?"}]}
    monkeypatch.setattr(zammad_desk, "ARTICLES", articles)
    command = ["import", "zammad", zammad.url, "--token-file", "token"]
    result = CliRunner().invoke(app, command, catch_exceptions=False)
    assert "ticket 22002 cannot be read" in result.stderr
    monkeypatch.undo()
    monkeypatch.chdir(lite_desk)

    assert run(zammad)["tickets"] == 1
