import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.backtest import ReplayedMail, replay_mails
from inboxd.core.facts import UNKNOWN
from inboxd.rulefiles import load_rules
from inboxd.store.engine import read, write

RULES = """
[[rule]]
name = "bills"
on = ["ticket.created"]
when.mail.subject_or_body.contains = "invoice"
then.tag = ["billing"]
continue = true

[[rule]]
name = "listed"
on = ["ticket.created", "customer.replied"]
when.mail.header.X-Source = "shop"
then.priority = "high"
continue = true

[[rule]]
name = "sure"
on = ["ticket.created"]
when.kb.sure = true
then.reply = "kb_answer"
then.status = "pending"

[[rule]]
name = "rest"
on = ["ticket.created"]
then.reply = "acknowledgement"
then.notify = true
"""


def backtest(stage: Any, **terms: Any) -> list[ReplayedMail]:
    """Return every replayed mail of the last 90 days."""
    return list(replay_mails(stage.desk, stage.clock.now.replace(month=8), **terms))


def rules(folder: Path, source: str) -> Any:
    """Return rules from their source."""
    folder.mkdir()
    (folder / "10-test.toml").write_text(source, encoding="utf-8")
    return load_rules(folder)


def tables(engine: Engine) -> dict[str, int]:
    """Return how many rows each table has."""
    with read(engine) as connection:
        names = (
            connection.execute(text("select name from sqlite_master where type = 'table'")).scalars().all()
        )
        return {name: connection.execute(text(f"select count(*) from {name}")).scalar_one() for name in names}  # noqa: S608  names of our own tables


@pytest.fixture
def busy(lite_stage: Any, mail: Any) -> Iterator[Any]:
    """A desk that has seen every course a mail can take: questions, replies, machines, thanks, a held one, a command."""
    stage = lite_stage
    stage.rules(RULES)
    for number in range(6):
        subject = "Invoice" if number % 3 == 0 else "Question"
        stage.take(
            mail(f"This is about number {number} of mine.", subject=subject, from_=f"c@c{number}.test")
        )
    stage.shelf.knows("export")
    stage.take(mail("How do I export my data?", from_="eve@customer.test", X_Source="shop"))
    stage.shelf.matches = ()
    answer = stage.written("answer")[0]
    stage.reply(answer, "That did not help at all, the button is not there.")
    stage.reply(stage.written("notification")[0], "#solved\nDone, thanks for asking.")
    stage.take(mail("I am away", subject="Away", from_="f@customer.test", Auto_Submitted="auto-replied"))
    stage.clock.advance(hours=3)
    yield stage


def test_nothing_changes_on_the_same_rules(busy: Any) -> None:
    """Whatever course a mail took, replaying it under the rules it was decided by decides it the same again."""
    replayed = backtest(busy)
    assert len(replayed) == 10
    assert all(one.decided for one in replayed)
    assert [one for one in replayed if one.words] == []
    assert backtest(busy) == replayed


def test_it_writes_and_sends_nothing(busy: Any) -> None:
    """After a backtest every table has the rows it had, and nothing waits to be sent."""
    before = tables(busy.desk.engine)
    busy.rules(RULES.replace("acknowledgement", "survey"))
    assert backtest(busy)
    assert tables(busy.desk.engine) == before


def test_a_one_line_change_shows_the_mails_it_touches(busy: Any) -> None:
    """Exactly the mails the changed rule acted on differ, in the words of what it does."""
    busy.rules(RULES.replace('["billing"]', '["money"]'))
    changed = [one for one in backtest(busy) if one.words]
    assert {one.subject for one in changed} == {"Invoice"}
    assert {one.words for one in changed} == {("tag",)}
    (first, _) = changed
    assert first.before["actions"][0]["tags"] == ["billing"]
    assert first.after["actions"][0]["tags"] == ["money"]


def test_a_renamed_rule_changes_nothing(busy: Any) -> None:
    """What is compared is what is done to a mail, not what the rule is called or why it says it does so."""
    busy.rules(RULES.replace('name = "rest"', 'name = "all others"\nwhy = "because"'))
    assert not any(one.words for one in backtest(busy))


def test_what_was_known_then_is_known_now(busy: Any) -> None:
    """Article, limits, tags and time are those of the day the mail came, whatever the desk knows today."""
    busy.shelf.knows("another-article")
    with write(busy.desk.engine) as connection:
        connection.execute(text("update ticket set tags = '[\"x\"]', priority = 'urgent'"))
    busy.clock.advance(days=20)
    assert not any(one.words for one in backtest(busy))


def test_header_fields_are_read_again(busy: Any) -> None:
    """A rule on a header field acts in the replay as it did on the day."""
    busy.rules(RULES.replace('then.priority = "high"', 'then.priority = "urgent"'))
    (changed,) = [one for one in backtest(busy) if one.words]
    assert changed.sender == "eve@customer.test"
    assert changed.words == ("priority",)


def test_against_other_rules(busy: Any, tmp_path: Path) -> None:
    """Two sets of rules are compared with one another, whatever was decided on the day."""
    other = rules(tmp_path / "rules", RULES.replace('then.reply = "kb_answer"', 'then.note = "sure"'))
    busy.rules(RULES.replace('["billing"]', '["money"]'))
    by_word = {one.mail_id: one.words for one in backtest(busy, against=other) if one.words}
    assert sorted(by_word.values()) == [("note", "reply", "disposition"), ("tag",), ("tag",)]


def test_asking_the_knowledge_base_again(busy: Any) -> None:
    """With ``rematch`` new questions get the article that fits today; a base that is not loaded makes them wait."""
    busy.shelf.knows("another-article")
    changed = {one.subject: one for one in backtest(busy, rematch=True) if one.words}
    assert changed["Question"].after["actions"][0] == {
        "do": "reply",
        "template": "kb_answer",
        "rule": "sure",
        "article": "another-article",
    }
    assert changed["Export"].before["actions"][1]["article"] == "export"
    busy.shelf.matches = UNKNOWN
    assert {one.after["disposition"] for one in backtest(busy, rematch=True) if one.words} == {"wait"}


def test_limits_stand_above_other_rules_too(busy: Any) -> None:
    """A rule that would have answered once too often shows the limit that stops it."""
    again = RULES.replace(
        'on = ["ticket.created"]\nthen.reply = "ack',
        'on = ["ticket.created", "customer.replied"]\nthen.reply = "ack',
    )
    busy.rules(again)
    (changed,) = [one for one in backtest(busy) if one.words]
    assert changed.words == ("notify", "suppressed")
    assert changed.after["suppressed"] == [{"template": "acknowledgement", "limit": "awaits_person"}]


def test_mails_decided_before_facts_were_kept(busy: Any) -> None:
    """A mail without pinned facts is left out and said to be, never guessed at."""
    with write(busy.desk.engine) as connection:
        connection.execute(text("delete from mail_facts where mail_id <= 3"))
    replayed = backtest(busy)
    assert [one.mail_id for one in replayed if not one.decided] == [1, 2, 3]


def test_erased_bytes_are_no_fault(busy: Any) -> None:
    """Where a mail's bytes are gone, its header fields are absent and everything else still stands."""
    with write(busy.desk.engine) as connection:
        connection.execute(text("delete from mail_raw"))
    (changed,) = [one for one in backtest(busy) if one.words]
    assert changed.words == ("priority",)


def test_a_thousand_mails(busy: Any) -> None:
    """A thousand stored mails: no change, the same twice, the affected ones exactly, and over 200 of them in a second of work."""
    with write(busy.desk.engine) as connection:
        columns = [row[1] for row in connection.execute(text("pragma table_info(mail)"))]
        others = ", ".join(f'"{one}"' for one in columns if one != "id")
        kept = (("mail", "id", others), ("mail_facts", "mail_id", "facts"), ("mail_raw", "mail_id", "raw"))
        for copy in range(1, 100):
            for name, key, rest in kept:
                copied = f"insert into {name} ({key}, {rest}) select {key} + {copy * 100}, {rest}"
                connection.execute(text(f"{copied} from {name} where {key} < 100"))
    began = time.process_time()  # the clock on the wall belongs to whatever else the machine does
    first = backtest(busy)
    took = time.process_time() - began
    assert len(first) == 1000
    assert not any(one.words for one in first)
    assert backtest(busy) == first
    assert took < len(first) / 200

    busy.rules(RULES.replace('["billing"]', '["money"]'))
    changed = [one for one in backtest(busy) if one.words]
    assert len(changed) == 200
    assert all(one.subject == "Invoice" for one in changed)
