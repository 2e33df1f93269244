"""Files saved broken: each is told with file and line, once, and mail goes on under the last good version."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from journey_stage import Stage, open_stage

HEAD = '[[rule]]\nname = "mine"\non = ["ticket.created"]\n'
REPLY = 'then.reply = "acknowledgement"\n'
RULE_FILE = "rules/70-mine.toml"

# What was saved, the line it is wrong on, and words of what is said about it.
BROKEN_RULES = {
    "no TOML": ("[[rule]\n", 1, "Expected ']]'"),
    "no TOML further down": (HEAD + "then.reply = \n", 4, "Invalid value"),
    "a key twice": (HEAD + REPLY + REPLY, 5, "Cannot overwrite"),
    "no name": ('[[rule]]\non = ["ticket.created"]\n' + REPLY, 1, "'name' is missing"),
    "no event": ('[[rule]]\nname = "mine"\n' + REPLY, 1, "'on' is missing"),
    "no action": (HEAD, 1, "'then' is missing"),
    "an empty action": (HEAD + "[rule.then]\n", 4, "is an empty table"),
    "an unknown event": (HEAD.replace("created", "creatd") + REPLY, 3, "did you mean 'ticket.created'"),
    "an unknown key": (HEAD + "cotinue = true\n" + REPLY, 4, "did you mean 'continue'"),
    "an unknown field": (HEAD + 'when.mail.subjct = "x"\n' + REPLY, 4, "did you mean 'subject'"),
    "a field of another word": (HEAD + 'when.mail.tags = "x"\n' + REPLY, 4, "did you mean 'ticket.tags'"),
    "an unknown operator": (HEAD + "when.mail.size.at_leats = 3\n" + REPLY, 4, "did you mean 'at_least'"),
    "an operator that does not fit": (HEAD + "when.kb.sure.contains = 'x'\n" + REPLY, 4, "known here: exists"),
    "an unknown action": (HEAD + 'then.replyy = "acknowledgement"\n', 4, "did you mean 'reply'"),
    "a number for a text": (HEAD + "when.mail.subject = 3\n" + REPLY, 4, "must be a text"),
    "a text for a flag": (HEAD + "when.kb.sure = 'yes'\n" + REPLY, 4, "must be true or false"),
    "no duration": (HEAD + "when.ticket.age.at_least = 'old'\n" + REPLY, 4, "is no duration"),
    "no size": (HEAD + "when.mail.size.at_most = 'x'\n" + REPLY, 4, "is no size"),
    "no status": (HEAD + "then.status = 'closed'\n", 4, "is none of: open, pending, solved"),
    "no priority": (HEAD + "then.priority = 'hihg'\n", 4, "did you mean 'high'"),
    "no regular expression": (HEAD + "when.mail.body.matches = '(a'\n" + REPLY, 4, "is no regular expression"),
    "not in not": (HEAD + "when.not.not.kb.sure = true\n" + REPLY, 4, "unknown key 'when.not.not'"),
    "no address": (HEAD + "then.forward = 'nobody'\n", 4, "is no e-mail address"),
    "no web address": (HEAD + "then.webhook = 'ftp://x'\n", 4, "is no http:// or https:// address"),
    "no mode": (HEAD + "mode = 'shadwo'\n" + REPLY, 4, "did you mean 'shadow'"),
    "no such template": (HEAD + "then.reply = 'kb_anwser'\n", 4, "did you mean 'kb_answer'"),
    "no such article": (HEAD + "when.kb.article = 'refund-polcy'\n" + REPLY, 4, "did you mean 'refund-policy'"),
    "no such operator": (HEAD + "then.assign = 'Adda'\n", 4, "did you mean 'Ada'"),
    "no such category": (HEAD + "then.category = 'biling'\n", 4, "did you mean 'billing'"),
    "a name that is taken": (HEAD + REPLY + HEAD + REPLY, 5, "the name is taken by rules/70-mine.toml:1"),
}  # fmt: skip
OTHER_FILES = {
    "a template that reaches outside": (
        "rules/templates/acknowledgement.md",
        "Subject: Re\n\n{{ desk.__class__.__mro__[1].__subclasses__() }}\n",
        3,
        "not allowed in templates",
    ),
    "a template with a stranger's name": (
        "rules/templates/acknowledgement.md",
        "Subject: Re\n\nHello\n{{ customers.all }}\n",
        4,
        "not in this template's context",
    ),
    "a category without examples": (
        "rules/categories.toml",
        '[[category]]\nname = "a"\ndescription = "b"\nexamples = []\n',
        4,
        "must not be empty",
    ),
}


@pytest.fixture
def stage(sqlite_template: Path, tmp_path: Path) -> Iterator[Stage]:
    """A desk with the starter rules and articles."""
    database = tmp_path / "desk.db"
    database.write_bytes(sqlite_template.read_bytes())
    with open_stage(tmp_path / "desk", f"sqlite:///{database}") as opened:
        yield opened


def test_thirty_broken_rule_files(stage: Stage) -> None:
    """Each is told by file, line and what would be right, to the operator once; every mail between them is answered."""
    for number, (name, (source, line, words)) in enumerate(BROKEN_RULES.items()):
        check(stage, RULE_FILE, source, f"{RULE_FILE}:{line}", words, number, name)


def test_other_broken_files(stage: Stage) -> None:
    """So it is with templates, also those that try to reach what is not theirs, and with categories."""
    good = {file: (stage.folder / file).read_text() for file in ("rules/categories.toml",)}
    for number, (name, (file, source, line, words)) in enumerate(OTHER_FILES.items()):
        place = f"{Path(file).name}:{line}"
        check(stage, file, source, place, words, number, name)
        if file in good:
            stage.save(file, good[file])
        else:
            (stage.folder / file).unlink()


def test_a_catastrophic_pattern(stage: Stage) -> None:
    """A regular expression that would take years is stopped within its 100 ms and reported once; the mail is answered."""
    stage.save(RULE_FILE, HEAD + "when.mail.body.matches = '(?:a|aa)+(?:b|ab)*c$'\n" + 'then.tag = ["x"]\n')
    before = len(stage.post)
    for number in (1, 2):
        sender = f"c{number}@c{number}.test"
        stage.hand_over(question(number, "a" * 80), sender, ["support@acme.test"])
        while stage.worker.step():
            pass
        stage.settle()
        assert stage.last("acknowledgement", sender)
    alarms = [mail for mail in stage.post[before:] if mail.header("X-Inboxd-Kind") == "alarm"]
    assert len(alarms) == 1
    assert f"{RULE_FILE}:1" in alarms[0].text
    assert "100 ms" in alarms[0].text


def check(stage: Stage, file: str, source: str, place: str, words: str, number: int, name: str) -> None:
    """Save a file twice; look at the one alarm, and that a mail is answered by the rules before it."""
    before = len(stage.post)
    stage.save(file, source)
    stage.save(file, source + "\n")
    alarms = [mail for mail in stage.post[before:] if mail.header("X-Inboxd-Kind") == "alarm"]
    assert len(alarms) == 1, name
    assert place in alarms[0].text, name
    assert words in " ".join(alarms[0].text.split()), name
    sender = f"c{number}@c{number}.test"
    stage.clock.now += stage.desk.config.limits.brake.span
    stage.send(question(number, f"What about matter {name}?"), sender, ["support@acme.test"])
    assert stage.last("acknowledgement", sender), name


def question(number: int, text: str) -> bytes:
    """Return a customer's mail."""
    return (
        f"From: C <c{number}@c{number}.test>\r\nTo: support@acme.test\r\nSubject: Matter {number}\r\n"
        f"Message-ID: <q{number}@c{number}.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n{text}\r\n"
    ).encode()
