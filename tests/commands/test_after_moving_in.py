"""After years of mail came in: what is worth an article, and the rules tried out on it."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands import knowledge_gaps

# (question, answer, how many asked it)
ASKED = (
    ("Do you ship boxes to Norway?", "We ship boxes to Norway within five working days.", 6),
    ("Can I pay the yearly plan by invoice?", "Yes, tick invoice on the billing page; net 30 days.", 4),
    ("Which browser does the editor need?", "Any browser that is no older than two years will do.", 3),
    ("Is there a discount for schools?", "Schools pay half, send us a photo of the stamp.", 2),
)
MAIL = "From: {sender}\nTo: {to}\nSubject: {subject}\nDate: {date}\nMessage-ID: <{number}@x.test>\n{more}\n{body}\n\n"


def box() -> str:
    """Return an mbox of four years: each question by several customers under their names, each answered by Ada."""
    found: list[str] = []
    number = 0
    for subject, (question, answer, times) in enumerate(ASKED):
        for who in range(times):
            number += 2
            date = f"Tue, {number % 27 + 1:02} Mar 2015 1{{}}:00:00 +0000"
            common = {"subject": f"Question {subject}", "number": number}
            customer = f"Zoe Quimby <zoe{number}@customer{number}.test>"
            body = f"Hello,\n\n{question} My order is 50{number:03}.\n\nBest regards\nZoe Quimby"
            found.append(
                MAIL.format(
                    sender=customer, to="support@acme.test", date=date.format(0), more="", body=body, **common
                )
            )
            reply = {
                "subject": f"Re: Question {subject}",
                "number": number + 1,
                "more": f"In-Reply-To: <{number}@x.test>\n",
            }
            said = answer if who else f"{answer} Perhaps."
            body = f"Hi Zoe,\n\n{said}\n\nBest regards,\nAda"
            found.append(
                MAIL.format(
                    sender="Ada <ada@acme.test>", to=customer, date=date.format(1), body=body, **reply
                )
            )
            if not who:
                # The first answer was none: he had to ask again.
                again = {
                    "subject": f"Re: Question {subject}",
                    "number": f"{number}a",
                    "more": f"In-Reply-To: <{number + 1}@x.test>\n",
                }
                found.append(
                    MAIL.format(
                        sender=customer, to="support@acme.test", date=date.format(2), body="What?", **again
                    )
                )
    return "".join(f"From x@y.test Tue Mar  3 10:00:00 2015\n{one}" for one in found)  # fmt: skip


@pytest.fixture
def desk(new_lite_desk: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new desk with years of mail, compared by spelling."""
    monkeypatch.setattr(knowledge_gaps, "load_embedder", lambda _model: None)
    Path("old.mbox").write_text(box(), encoding="utf-8")
    assert run("import", "mbox", "old.mbox")["held"] == 0
    return new_lite_desk


def run(*arguments: str) -> Any:
    result = CliRunner().invoke(app, [*arguments, "--json"], catch_exceptions=False)
    return json.loads(result.stdout)


def test_the_articles_worth_writing_first_are_drafted(desk: Path) -> None:
    """Ordered by how many mails each would have answered, from the answers that helped, and with nobody's data."""
    found = run("kb", "gaps")

    assert [one["answers"] for one in found] == [6, 4, 3]
    for gap, (_, answer, times) in zip(found, ASKED, strict=False):
        text = Path(gap["file"]).read_text("utf-8")
        assert (answer.split(",")[0] in text, len(gap["tickets"])) == (True, times)
        assert not [
            word
            for word in ("zoe", "quimby", "50", "ada", "perhaps")
            if word in text.lower().split("\n---\n")[1]
        ]
    assert [one["answers"] for one in run("kb", "gaps", "--most", "1")] == [6]


def test_rules_can_be_tried_on_what_came(desk: Path) -> None:
    """The backtest replays the mails of years, and says which a new rule would have treated differently."""
    rules = Path("rules") / "zz-norway.toml"
    rules.write_text(
        '[[rule]]\nname = "Norway"\nwhy = "asked often"\non = ["ticket.created"]\n'
        'when.mail.subject_or_body.contains = "Norway"\nthen.tag = ["norway"]\n',
        encoding="utf-8",
    )

    done = run("rules", "backtest")

    assert done["mails"] >= sum(times for _, _, times in ASKED)
    tagged = [one for one in done["changed"] if "norway" in json.dumps(one["after"])]
    assert len(tagged) == ASKED[0][2]
