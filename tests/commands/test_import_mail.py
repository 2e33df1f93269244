"""``inboxd import`` as it is typed."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stages import ask
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands import import_filing
from inboxd.config import load_config
from inboxd.intake import history
from inboxd.store.engine import open_store
from inboxd.store.sole import sole_daemon

SEPARATOR = b"From x@y.test Tue Mar  3 10:00:00 2015\n"
Mails = Callable[..., bytes]


class KilledError(BaseException):
    """Like a signal that ends the process: nothing catches it."""


def old(body: str, number: int, *, day: int = 3, **fields: str) -> bytes:
    """Return one mail of an mbox of March 2015."""
    fields = {
        "From": "Carla <carla@customer.test>",
        "To": "support@acme.test",
        "Subject": "Export",
        "Date": f"Tue, {day:02} Mar 2015 10:00:00 +0000",
        "Message-ID": f"<old{number}@x.test>",
        **{name.replace("_", "-"): value for name, value in fields.items()},
    }
    header = "".join(f"{name}: {value}\n" for name, value in fields.items())
    return SEPARATOR + f"{header}\n{body}\n\n".encode()


CONVERSATION = (
    # The file has them in no order.
    old("In Settings.", 2, day=4, From="Ada <ada@acme.test>", To="carla@customer.test", In_Reply_To="<old1@x.test>"),
    old("How do I export?", 1, day=3),
    old("Me too!", 3, day=5, From="Dora <dora@else.test>", In_Reply_To="<old2@x.test>", Subject="Re: Export"),
    old("#solved", 4, day=6, From="Ada <ada@acme.test>", To="support@acme.test", Subject="Note"),
    old("Something else", 5, day=7, Subject="Price"),
)  # fmt: skip


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return json.loads(result.stdout)


def test_years_of_mail_are_filed_and_nothing_is_sent(new_desk: Path) -> None:
    """Conversations stand as the mails say, with their dates; answers are the desk's own, tickets are closed."""
    Path("old.mbox").write_bytes(b"".join(CONVERSATION))

    assert run("import", "mbox", "old.mbox") == {"imported": 5, "duplicates": 0, "held": 0, "tickets": 2}

    lines = ask("select ticket_number, direction, author, at from message order by ticket_number, at")
    assert [(number, direction, author, str(at)[:10]) for number, direction, author, at in lines] == [
        (1, "in", "carla@customer.test", "2015-03-03"),
        (1, "out", "ada@acme.test", "2015-03-04"),
        (1, "in", "dora@else.test", "2015-03-05"),
        (2, "in", "carla@customer.test", "2015-03-07"),
    ]
    tickets = ask("select status, created_at, closed_at from ticket order by number")
    assert [(status, str(a)[:10], str(b)[:10]) for status, a, b in tickets] == [
        ("closed", "2015-03-03", "2015-03-05"),
        ("closed", "2015-03-07", "2015-03-07"),
    ]
    assert ask("select count(*) from outbox") == [(0,)]


def test_the_calendar_finds_nothing_to_do_about_it(new_lite_desk: Path) -> None:
    """No reminder, no survey, no digest of old news: the desk is as quiet as before, and its books are right."""
    Path("old.mbox").write_bytes(b"".join(CONVERSATION))
    run("import", "mbox", "old.mbox")

    CliRunner().invoke(app, ["run", "--until-idle"])

    assert ask("select kind from outbox where kind <> 'digest'") == []
    assert ask("select count(*) from survey") == [(0,)]
    assert run("reconcile")["unexplained"] == 0


def test_who_stood_in_an_old_conversation_may_not_write_to_it(new_desk: Path) -> None:
    """A stranger's mail of long ago is shown where it belongs; it makes him no participant (DESIGN 2.5)."""
    Path("old.mbox").write_bytes(b"".join(CONVERSATION))
    run("import", "mbox", "old.mbox")

    assert ask("select address from participant where address like 'dora%'") == []


def test_a_second_import_brings_nothing(new_desk: Path) -> None:
    """Every mail that is there already is a duplicate, also one without a Message-ID, years later."""
    nameless = CONVERSATION[1].replace(b"Message-ID: <old1@x.test>\n", b"").replace(b"How", b"Where")
    Path("old.mbox").write_bytes(b"".join((*CONVERSATION, nameless)))
    run("import", "mbox", "old.mbox")
    before = ask("select * from ticket order by number")

    again = run("--now", "2031-01-01T00:00:00+00:00", "import", "mbox", "old.mbox")

    assert again == {"imported": 0, "duplicates": 6, "held": 0, "tickets": 0}
    assert ask("select * from ticket order by number") == before


@pytest.mark.parametrize("killed_at", ["taking in", "filing"])
def test_broken_off_it_is_finished_by_running_it_again(
    killed_at: str, new_desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in the middle and run again: every mail once, where it belongs."""
    Path("old.mbox").write_bytes(b"".join(CONVERSATION))
    module, name = (history, "accept") if killed_at == "taking in" else (import_filing, "process_one")
    monkeypatch.setattr(history, "MOST_MAILS", 2)
    with monkeypatch.context() as patch:
        patch.setattr(module, name, _dies_at(2, getattr(module, name)))
        with pytest.raises(KilledError):
            CliRunner().invoke(app, ["import", "mbox", "old.mbox"])

    done = run("import", "mbox", "old.mbox")

    known = 2 if killed_at == "taking in" else 5
    assert (done["imported"], done["duplicates"]) == (5 - known, known)
    assert ask("select state, count(*) from mail group by state") == [("processed", 5)]
    found = ask("select ticket_number, author from message order by at")
    assert [author for _, author in found] == [
        "carla@customer.test",
        "ada@acme.test",
        "dora@else.test",
        "carla@customer.test",
    ]
    assert len({number for number, _ in found[:3]}) == 1


def _dies_at(call: int, really: Callable[..., Any]) -> Callable[..., Any]:
    calls = iter(range(1, call + 1))

    def dying(*arguments: Any, **named: Any) -> Any:
        if next(calls) == call:
            raise KilledError
        return really(*arguments, **named)

    return dying


def test_live_mail_is_left_to_the_daemon(new_lite_desk: Path) -> None:
    """What somebody waits for is answered by the desk, not by an import."""
    Path("new.eml").write_bytes(CONVERSATION[1].partition(b"\n")[2])
    run("accept", "new.eml")
    Path("old.mbox").write_bytes(CONVERSATION[4])

    run("import", "mbox", "old.mbox")

    assert ask("select state from mail order by id") == [("accepted",), ("processed",)]


def test_a_running_daemon_files_them(new_lite_desk: Path) -> None:
    """On SQLite the daemon has the store: the import takes the mails in, and waits until they are filed."""
    config = load_config(Path("config.toml"))
    Path("old.mbox").write_bytes(b"".join(CONVERSATION))
    open_store(config.store_url).dispose()
    seen: list[Any] = []
    with sole_daemon(config.store_url):
        waiting = threading.Thread(target=lambda: seen.append(run("import", "mbox", "old.mbox")))
        waiting.start()
        while len(ask("select id from mail")) < 5:
            waiting.join(0.05)
        assert ask("select count(*) from ticket") == [(0,)]
    waiting.join(30)

    assert seen == [{"imported": 5, "duplicates": 0, "held": 0, "tickets": 2}]


def test_a_maildir_is_filed_like_an_mbox(new_lite_desk: Path) -> None:
    """What was answered lies in a subfolder, and is the answer all the same."""
    for folder, raw in (("cur", CONVERSATION[1]), (".Sent/cur", CONVERSATION[0])):
        place = Path("Maildir") / folder
        place.mkdir(parents=True)
        (place / "1.x:2,S").write_bytes(raw.partition(b"\n")[2])

    assert run("import", "maildir", "Maildir") == {"imported": 2, "duplicates": 0, "held": 0, "tickets": 1}
    assert ask("select direction from message order by at") == [("in",), ("out",)]


def test_a_ticket_somebody_works_on_is_no_past(new_lite_desk: Path, mail: Mails) -> None:
    """A stranger's old mail gets into no open ticket, and its customer's own sets no clock of it back."""
    Path("new.eml").write_bytes(mail(message_id="<live@customer.test>"))
    run("--now", "2026-11-16T10:00:00+00:00", "accept", "new.eml")
    CliRunner().invoke(app, ["--now", "2026-11-16T10:00:00+00:00", "run", "--until-idle"])
    (before,) = ask("select status, idle_at, silent_since, first_response_due from ticket where number = 1")
    reply = {"In_Reply_To": "<live@customer.test>", "Subject": "Re: Export"}
    Path("old.mbox").write_bytes(
        old("Me too", 1, From="Eve <eve@sand.test>", **reply) + old("It is blue", 2, **reply)
    )

    run("--now", "2026-11-16T11:00:00+00:00", "import", "mbox", "old.mbox")

    found = ask("select ticket_number, author from message where direction = 'in' order by id")
    assert found == [(1, "carla@customer.test"), (2, "eve@sand.test"), (1, "carla@customer.test")]
    (after,) = ask("select status, idle_at, silent_since, first_response_due from ticket where number = 1")
    assert after[0] == before[0]
    assert all(now >= then for then, now in zip(before[1:], after[1:], strict=True) if then)


def test_a_csv_is_filed_like_an_mbox(new_lite_desk: Path) -> None:
    """Rows become mails of their dates, and the same rows are there once."""
    rows = "From,Date,Subject,Text\nCarla <carla@customer.test>,2015-03-03 10:00,Export,How?\n"
    Path("rows.csv").write_text(rows, encoding="utf-8")

    assert run("import", "csv", "rows.csv") == {"imported": 1, "duplicates": 0, "held": 0, "tickets": 1}
    assert run("import", "csv", "rows.csv")["duplicates"] == 1
    assert str(ask("select created_at from ticket")[0][0])[:10] == "2015-03-03"


def test_a_customers_last_contact_is_not_set_back(new_lite_desk: Path, mail: Mails) -> None:
    """He wrote this week: what he wrote in 2015 is filed, and changes nothing about that."""
    Path("new.eml").write_bytes(mail())
    run("--now", "2026-11-16T10:00:00+00:00", "accept", "new.eml")
    CliRunner().invoke(app, ["--now", "2026-11-16T10:00:00+00:00", "run", "--until-idle"])
    Path("old.mbox").write_bytes(CONVERSATION[4])

    run("--now", "2026-11-17T10:00:00+00:00", "import", "mbox", "old.mbox")

    assert str(ask("select last_contact_at from customer")[0][0])[:10] == "2026-11-16"


def test_what_cannot_be_read_is_refused_before_anything_is_taken(new_lite_desk: Path) -> None:
    """A file that is no mbox costs nothing, and the exit code says so."""
    Path("notes.txt").write_text("Dear diary", encoding="utf-8")

    result = CliRunner().invoke(app, ["import", "mbox", "notes.txt"])

    assert "no mbox" in str(result.exception)
