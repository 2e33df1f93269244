import datetime as dt
from pathlib import Path

import pytest

from inboxd.config import load_config
from inboxd.configalarm import AlarmPlan
from inboxd.errors import ConfigError
from inboxd.secretsource import SecretSource


def load(folder: Path, text: str) -> AlarmPlan | None:
    """Return the second channel of a desk with this ``[alarm]``."""
    path = folder / "config.toml"
    path.write_text('[desk]\naddress = "support@acme.test"\n' + text, encoding="utf-8")
    return load_config(path).alarm


def test_no_table_is_no_channel(tmp_path: Path) -> None:
    """Without [alarm] there is no second channel."""
    assert load(tmp_path, "") is None


def test_mail_by_another_server(tmp_path: Path) -> None:
    """An address with its own server is sent to in the name of the user who logs in there."""
    plan = load(
        tmp_path,
        '[alarm]\naddress = "ada@home.test"\nhost = "smtp.home.test"\nport = 465\ntls = "tls"\n'
        'user = "ada@home.test"\npassword_file = "pw"\n',
    )
    assert plan is not None
    assert (plan.address, plan.host, plan.port, plan.tls) == ("ada@home.test", "smtp.home.test", 465, "tls")
    assert (plan.sender, plan.password) == ("ada@home.test", SecretSource(file=tmp_path / "pw"))


def test_a_folder_and_a_program(tmp_path: Path) -> None:
    """A Maildir is relative to the file; a program is a list of words and has its own time-out."""
    lies = load(
        tmp_path, '[alarm]\naddress = "ada@home.test"\ntransport = "maildir"\nmaildir = "var/alarms"\n'
    )
    assert lies is not None
    assert (lies.maildir, lies.sender) == (tmp_path / "var" / "alarms", "support@acme.test")
    runs = load(tmp_path, '[alarm]\ncommand = ["ntfy", "publish", "{subject}"]\ntimeout = "5s"\n')
    assert runs is not None
    assert (runs.command, runs.timeout) == (("ntfy", "publish", "{subject}"), dt.timedelta(seconds=5))


@pytest.mark.parametrize(
    ("table", "line", "message"),
    [
        ('address = "ada@home.test"\n', 3, "needs the host"),
        ('host = "smtp.home.test"\n', 3, "needs the address"),
        ('command = ["x"]\naddress = "ada@home.test"\n', 3, "choose one"),
        ("command = []\n", 4, "must not be empty"),
        ('command = "mail ada"\n', 4, "must be a list"),
        ('address = "ada@home.test"\ntransport = "maildir"\n', 3, "needs maildir"),
        ('address = "ada@home.test"\nhost = "x"\nuser = "ada"\n', 3, "password"),
        ('address = "ada"\nhost = "x"\n', 4, "no e-mail address"),
        ('address = "ada@home.test"\nhots = "x"\n', 5, "did you mean 'host'"),
    ],
)
def test_mistakes_have_their_line(tmp_path: Path, table: str, line: int, message: str) -> None:
    """Whatever is wrong with the table is told with its line."""
    with pytest.raises(ConfigError) as raised:
        load(tmp_path, "[alarm]\n" + table)
    (problem,) = raised.value.problems
    assert problem.line == line
    assert message in problem.message
