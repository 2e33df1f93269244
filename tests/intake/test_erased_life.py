"""A customer's whole life on a desk, erased by the command: not a byte is left anywhere, and no mailbox brings it back."""

import itertools
import json
import os
from collections.abc import Iterator
from email.header import Header
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from databases import postgres_program
from erased_life import ADDRESS, NAME, SECOND, WORDS, Life, made
from imap_servers import ImapServer
from peers import free_port
from sqlalchemy import Engine
from traces import hits

from inboxd.commands import knowledge_gaps
from inboxd.store import engine as store_engine

MONDAY, TUESDAY = "2026-11-16T10:00:00+00:00", "2026-11-17T10:00:00+00:00"
THURSDAY, LATER = "2026-11-19T10:00:00+00:00", "2026-11-23T10:00:00+00:00"
TRACES = (ADDRESS, SECOND, NAME, "Cliéntez", *WORDS.values())
NO_SMARTHOST = """
[outgoing]
transport = "smtp"
host = "127.0.0.1"
port = {port}
tls = "none"
"""


def first_mail() -> bytes:
    """Return a mail with everything in it: encoded names, an alternative, a file, a text in UTF-16."""
    mail = EmailMessage()
    mail["From"] = f"{NAME} <{ADDRESS}>"
    mail["To"], mail["Message-ID"] = "support@acme.test", "<first@client.test>"
    mail["Subject"] = WORDS["subject"]
    mail.set_content(f"My {WORDS['asked']} is ill. Qué pena!", cte="base64")
    mail.add_alternative(f"<p>My <b>{WORDS['html']}</b> é</p>", subtype="html", cte="quoted-printable")
    mail.add_attachment(
        f"all of it: {WORDS['attachment']}".encode(), "application", "x-ledger", filename=WORDS["file"]
    )
    mail.add_attachment(WORDS["utf-16"].encode("utf-16"), "application", "octet-stream", filename="diary.bin")
    raw = mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    encoded = Header(WORDS["subject"], "utf-8").encode()
    return raw.replace(f"Subject: {WORDS['subject']}".encode(), f"Subject: {encoded}".encode())


_lives = itertools.count(1)


@pytest.fixture
def life(
    store_url: str, dovecot: ImapServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Life]:
    """A desk on each database with a mailbox of its own on Dovecot."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path / "cache"))
    # Likeness by spelling is enough here: in an empty cache the model would have to be exported first.
    monkeypatch.setattr(knowledge_gaps, "load_embedder", lambda _model: None)
    monkeypatch.setenv("PATH", f"{postgres_program('pg_dump').parent}{os.pathsep}{os.environ['PATH']}")
    server = ImapServer("dovecot", dovecot.port, f"life{next(_lives)}", dovecot.password)
    lived = Life(tmp_path, store_url, server)
    opens = store_engine.open_engine

    def open_and_keep(url: str) -> Engine:
        lived.opened.append(opens(url))
        return lived.opened[-1]

    monkeypatch.setattr(store_engine, "open_engine", open_and_keep)
    yield lived
    server.hang_up()


def lived(life: Life) -> list[tuple[str, bytes]]:
    """Let Carla live on the desk for a week; return the mails with which a mailbox would bring her back."""
    life.run("run", "--until-idle", now=MONDAY)
    life.takes(first_mail(), ADDRESS, MONDAY)
    fetched = made(
        f"And my {WORDS['fetched']}, señor?", sender=f"{NAME} <{SECOND}>", subject="One more thing"
    )
    life.puts("INBOX", fetched)
    life.puts("INBOX", made("Mine is fine.", sender="Dora <dora@other.test>", subject="Dora's own"))
    life.run("run", "--until-idle", now=MONDAY)
    life.answers(
        "notification",
        WORDS["subject"],
        f"#solved\n#note call her\n\nUse the {WORDS['answered']}.",
        "ada@acme.test",
        TUESDAY,
    )
    by_hand = made(
        f"Try {WORDS['by hand']}.",
        sender="Ada <support@acme.test>",
        to=f"{NAME} <{ADDRESS}>",
        subject=f"Re: {WORDS['subject']}",
        answers="<first@client.test>",
    )
    life.puts("Sent", by_hand)
    life.run("run", "--until-idle", now=TUESDAY)
    life.run("customer", ADDRESS, "--note", WORDS["note"], now=TUESDAY)
    life.run("customer", ADDRESS, "--tag", "vip", now=TUESDAY)
    life.run("run", "--until-idle", now=THURSDAY)
    surveyed = next(one for one in (SECOND, ADDRESS, "dora@other.test") if life.letters("survey", one))
    life.answers("survey", "", f"1\n\n{WORDS['comment']}", surveyed, THURSDAY)
    forged = made(f"#solved\n\n{WORDS['forged']}, says {NAME}", sender="ada@acme.test", subject="Forged")
    life.takes(forged, ADDRESS, THURSDAY)
    dora = made(f"{NAME} told me of you ({SECOND}), ñ", sender="Dora <dora@other.test>", subject="Dora again")
    life.takes(dora, "dora@other.test", THURSDAY)
    life.run("kb", "gaps", "--at-least", "2", now=THURSDAY)
    back = list(life.lies())
    (life.folder / "config.toml").write_text(life.config + NO_SMARTHOST.format(port=free_port()), "utf-8")
    life.takes(
        made(f"Still there, my {WORDS['waiting']}?", sender=f"{NAME} <{ADDRESS}>", subject="Waiting"),
        ADDRESS,
        LATER,
    )
    (life.folder / "config.toml").write_text(life.config, "utf-8")
    (life.folder / "incoming.eml").write_bytes(made(f"Not yet read: {WORDS['unread']}", sender=ADDRESS))
    life.run("accept", "--from", ADDRESS, "incoming.eml", now=LATER)
    return back


def test_nothing_is_left_of_a_life(life: Life) -> None:
    """Database, log, dump, Maildir, caches, drafts and mailbox hold no byte of her; the next polls bring nothing back."""
    back = lived(life)
    before = "\n".join(hits(life.everything(), TRACES))
    assert [one for one in TRACES if repr(one) not in before] == []
    certificate: dict[str, Any] = json.loads(
        life.run("customer", SECOND, "--erase", "--yes", "--json", now=LATER)
    )
    assert certificate["store_compacted"] is True
    assert [(one["file"], one["line"]) for one in certificate["still_listed"]] == [("customers.csv", 2)]
    life.run("run", "--until-idle", now=LATER)
    assert hits(life.everything(), TRACES) == []
    assert hits([("certificate", json.dumps(certificate).encode())], TRACES) == []

    for name, raw in back:
        life.puts(name.rpartition(" ")[0], raw)
    tickets = len(json.loads(life.run("tickets", "--json", now=LATER)))
    sent = len(list((life.folder / "var/outgoing/new").iterdir()))
    life.run("run", "--until-idle", now=LATER)
    assert len(json.loads(life.run("tickets", "--json", now=LATER))) == tickets
    assert len(list((life.folder / "var/outgoing/new").iterdir())) == sent
    assert json.loads(life.run("reconcile", "--json", now=LATER))["unexplained"] == 0
    desk = [
        (name, content)
        for name, content in life.everything()
        if not name.startswith(("INBOX", "Sent", "Drafts"))
    ]
    assert hits(desk, TRACES) == []
    assert [one["name"] for one in json.loads(life.run("customers", "--json", now=LATER))] == ["Dora"]
