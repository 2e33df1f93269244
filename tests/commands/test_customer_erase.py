"""``inboxd customer ADDR --erase``: nothing of the person is left, everything else is."""

import base64
import datetime as dt
import json
import quopri
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from written_rules import ALL

from inboxd import cli
from inboxd.intake.accept import Arrival, accept
from inboxd.store import settings
from inboxd.store.engine import open_engine, read, write
from inboxd.store.noted_gaps import KEY

RULE = f'{ALL}then.tag = ["kept-tag"]\n'
MONDAY, LATER = "2026-11-16T10:00:00+00:00", "2026-11-17T10:00:00+00:00"
TRACES = (b"carla@cliente.test", b"carla.private@home.test", "Carla Clienté", "zebrafish", "Unicorn invoice")
HIS = {
    "subject": "Unicorn invoice",
    "from_": "Carla Clienté <carla@cliente.test>",
    "message_id": "<first@mua.test>",
}


@pytest.fixture
def desk(
    monkeypatch: pytest.MonkeyPatch, mail: Any, tmp_path: Path, desk_folder: Callable[..., Path]
) -> Path:
    """A desk that Carla and Dora wrote to; Ada was told of it, Dora named Carla, and a digest told of both."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def life(folder: Path) -> None:
        take(folder, mail("My zebrafish\nis gone, says Carla Clienté.", **HIS), "carla@cliente.test")
        dora = "My friend Carla Clienté (carla@cliente.test) told me of you; the data is mine. " + "é" * 80
        take(folder, mail(dora, subject="Dora's own", from_="Dora <dora@gmail.com>"), "dora@gmail.com")
        run("run", "--until-idle", now=LATER)

    return desk_folder(RULE, life=life)


def take(folder: Path, raw: bytes, sender: str, now: str = MONDAY) -> list[dict[str, Any]]:
    """Accept a mail and let the desk do all there is to do."""
    (folder / "mail.eml").write_bytes(raw)
    receipts: list[dict[str, Any]] = json.loads(
        run("accept", "--from", sender, "mail.eml", "--json", now=now)
    )
    run("run", "--until-idle", now=now)
    (folder / "mail.eml").unlink()
    return receipts


def run(*words: str, now: str = LATER, code: int = 0, answer: str | None = None) -> str:
    """Run a command line; return what it printed."""
    result = CliRunner().invoke(cli.app, ["--now", now, *words], input=answer)
    assert result.exit_code == code, result.output
    return result.stdout


def found(folder: Path) -> list[str]:
    """Return which files hold which trace: as it is, decoded from any mail in it, escaped in JSON, or in base64."""
    wanted = [one if isinstance(one, bytes) else one.encode() for one in TRACES]
    hits = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes().lower()
        plain = content + quopri.decodestring(content) + escapes(content) + decoded(path.read_bytes())
        hits += [f"{path.name}: {one!r}" for one in wanted if one.lower() in plain.lower()]
        hits += [
            f"{path.name}: {one!r} base64"
            for one in wanted
            if base64.b64encode(one)[:-4] in path.read_bytes()
        ]
    return hits


def escapes(content: bytes) -> bytes:
    """Return the content with JSON's escapes of other letters resolved."""
    return content.replace(rb"\u00e9", "é".encode())


def decoded(content: bytes) -> bytes:
    """Return the texts of a file that is a mail."""
    if b"\nMIME-Version:" not in content[:4000]:
        return b""
    mail = message_from_bytes(content, policy=policy.default)
    texts = [str(mail["subject"]), str(mail["from"]), str(mail["to"])]
    texts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join(texts).encode()


def test_no_byte_is_left(desk: Path) -> None:
    """No file of the desk holds address, name or text afterwards; the certificate counts and names nobody."""
    assert any(one.startswith("inboxd.db") for one in found(desk / "var"))
    printed = run("customer", "Carla@cliente.test", "--erase", "--yes", "--json")
    assert found(desk) == []
    certificate = json.loads(printed)
    assert certificate["erased_at"] == LATER
    assert certificate["store_compacted"] is True
    removed = certificate["removed"]
    assert (removed["tickets"], removed["customers"], removed["addresses"], removed["mails"]) == (1, 1, 1, 1)
    assert removed["outgoing"] >= 2
    assert removed["delivered"] >= 2
    assert b"carla" not in printed.lower().encode()


def test_no_drafted_article_is_left(desk: Path) -> None:
    """What `kb gaps` drafted and noted from a ticket of the person goes, what it drafted from others stays."""
    drafts = desk / "kb" / "drafts"
    drafts.mkdir()
    (drafts / "hers.md").write_text("---\n# would have answered #1, #2\ntitle: My zebrafish\n---\n", "utf-8")
    (drafts / "others.md").write_text("---\n# would have answered #2\ntitle: Dora\n---\n", "utf-8")
    engine = open_engine(f"sqlite:///{desk / 'var/inboxd.db'}")
    with write(engine) as connection:
        gaps = {"gaps": [["My zebrafish", 2, [1, 2]], ["Dora", 1, [2]]]}
        settings.save(connection, KEY, gaps, dt.datetime.fromisoformat(LATER))
    removed = json.loads(run("customer", "carla@cliente.test", "--erase", "--yes", "--json"))["removed"]
    assert removed["drafted_articles"] == 1
    assert [one.name for one in drafts.iterdir()] == ["others.md"]
    with read(engine) as connection:
        assert settings.load(connection, KEY) == {"gaps": [["Dora", 1, [2]]]}
    engine.dispose()
    assert found(desk) == []


def test_everything_else_is_left(desk: Path) -> None:
    """Figures and balance stay, another customer's ticket too, but for the name of who was erased in it."""
    before = json.loads(run("report", "--json"))
    run("customer", "carla@cliente.test", "--erase", "--yes")
    after = json.loads(run("report", "--json"))
    assert after["tickets"] == before["tickets"] == 2
    assert after["sla"] == before["sla"]
    assert json.loads(run("reconcile", "--json"))["unexplained"] == 0
    erased, kept = json.loads(run("tickets", "--json"))
    assert (erased["subject"], erased["customer"], erased["status"], erased["tags"]) == (
        "",
        "",
        "closed",
        ["kept-tag"],
    )
    assert erased["created_at"] == MONDAY
    assert (kept["subject"], kept["customer"], kept["status"]) == ("Dora's own", "dora@gmail.com", "new")
    text = json.loads(run("ticket", "2", "--json"))["messages"][0]["text"]
    assert "My friend [erased] ([erased]) told me of you" in text
    assert [one["name"] for one in json.loads(run("customers", "--json"))] == ["Dora"]
    run("customer", "carla@cliente.test", code=1)
    run("run", "--until-idle", now="2026-11-18T10:00:00+00:00")
    assert json.loads(run("reconcile", "--json", now="2026-11-18T10:00:00+00:00"))["unexplained"] == 0
    assert json.loads(run("digest", "--preview", "--json"))


def test_the_same_mail_does_not_come_back(desk: Path, mail: Any) -> None:
    """Delivered again it is a duplicate of nothing; what the person writes anew is a new ticket."""
    run("customer", "carla@cliente.test", "--erase", "--yes")
    again = mail("My zebrafish\nis gone, says Carla Clienté.", **HIS)
    assert [one["duplicate"] for one in take(desk, again, "carla@cliente.test", LATER)] == [True]
    assert found(desk) == []
    assert len(json.loads(run("tickets", "--json"))) == 2
    new = mail("Hello again", from_="Carla <carla@cliente.test>", subject="New")
    assert [one["duplicate"] for one in take(desk, new, "carla@cliente.test", LATER)] == [False]
    assert len(json.loads(run("tickets", "--json"))) == 3


def test_our_own_answer_does_not_come_back(desk: Path) -> None:
    """A copy of what we wrote, found in Sent, ends as an empty row; found again, as the same one."""
    answer = next(
        path for path in (desk / "var/outgoing/new").iterdir() if b"Delivered-To: carla" in path.read_bytes()
    )
    raw = raw_of(answer)
    run("customer", "carla@cliente.test", "--erase", "--yes")
    engine = open_engine(f"sqlite:///{desk / 'var/inboxd.db'}")
    receipts = [
        accept(engine, [Arrival(raw, None, (), "sent")], dt.datetime.fromisoformat(LATER))[0]
        for _ in range(2)
    ]
    engine.dispose()
    assert [one.duplicate for one in receipts] == [True, True]
    assert receipts[0].mail_id == receipts[1].mail_id
    run("run", "--until-idle")
    assert found(desk) == []
    assert json.loads(run("reconcile", "--json"))["unexplained"] == 0


def raw_of(path: Path) -> bytes:
    """Return a delivered mail without the lines the delivery put before it."""
    lines = path.read_bytes().splitlines(keepends=True)
    return b"".join(one for one in lines if not one.startswith((b"Return-Path:", b"Delivered-To:")))


@pytest.mark.usefixtures("desk")
def test_it_is_asked_first_and_the_desk_is_safe() -> None:
    """Without --yes it asks; operators, the desk and what is no address cannot be erased; a second time is no error."""
    run("customer", "carla@cliente.test", "--erase", answer="n\n", code=1)
    assert run("customer", "carla@cliente.test", "--json")
    for address in ("ada@acme.test", "Support+x@acme.test", "carla", "", "@"):
        run("customer", address, "--erase", "--yes", code=1)
    said = run("customer", "carla@cliente.test", "--erase", answer="y\n")
    assert "Certificate of erasure, 2026-11-17 10:00 UTC" in said
    assert "tickets emptied" in said
    assert "nothing was found" in run("customer", "carla@cliente.test", "--erase", "--yes")
