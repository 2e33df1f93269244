"""``customers.csv`` as its owner meets it: check, run, customers, export, erase."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd import cli

MONDAY = "2026-11-16T10:00:00+00:00"
TUESDAY = "2026-11-17T10:00:00+00:00"
CARLA = "carla@cliente.test"
FILE = f"""\
address,name,organisation,language,tags,vip,plan,Account manager
"{CARLA}, carla@zebrahome.test",Carla Clienté,Zebrafish Ltd,es,early,yes,pro,Ada
dora@gmail.com,Dora,,,,,free,
"""


@pytest.fixture
def desk(mail: Any, desk_folder: Callable[..., Path]) -> Path:
    """A desk with a file of customers that Carla wrote to on Monday."""

    def life(folder: Path) -> None:
        (folder / "customers.csv").write_text(FILE, encoding="utf-8")
        take(folder, mail("Where is it?", from_="C. <carla@cliente.test>"), CARLA)

    return desk_folder(life=life)


def take(folder: Path, raw: bytes, sender: str, now: str = MONDAY) -> None:
    """Accept a mail and let the desk do all there is to do."""
    (folder / "question.eml").write_bytes(raw)
    run("accept", "--from", sender, "question.eml", now=now)
    run("run", "--until-idle", now=now)


def run(*words: str, now: str = TUESDAY, code: int = 0) -> str:
    """Run a command line; return what it printed."""
    result = CliRunner().invoke(cli.app, ["--now", now, *words])
    assert result.exit_code == code, result.output
    return result.stdout


def shown(*words: str) -> Any:
    """Return what a command tells programs."""
    return json.loads(run(*words, "--json"))


def test_a_customer_is_shown_with_what_the_file_says(desk: Path) -> None:
    """Name, organisation, language, plan and fields, and who gave which tag; without the row what his mail said."""
    told = shown("customer", CARLA)
    assert (told["name"], told["organisation"], told["language"]) == ("Carla Clienté", "Zebrafish Ltd", "es")
    assert (told["plan"], told["fields"]) == ("pro", {"plan": "pro", "account_manager": "Ada"})
    assert told["tags"] == ["early", "vip", "new"]
    assert (told["own_tags"], told["file_tags"], told["automatic_tags"]) == ([], ["early", "vip"], ["new"])
    assert "account_manager=Ada" in run("customer", CARLA)
    (desk / "customers.csv").unlink()
    run("run", "--until-idle")
    told = shown("customer", CARLA)
    assert (told["name"], told["organisation"], told["fields"]) == ("C.", "cliente.test", {})
    assert told["tags"] == ["new"]


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("words", "names"),
    [
        ((), ["Carla Clienté", "Dora"]),
        (("--plan", "PRO"), ["Carla Clienté"]),
        (("--field", "account manager=ada"), ["Carla Clienté"]),
        (("--plan", "free", "--field", "account manager=ada"), []),
        (("--organisation", "zebrafish ltd"), ["Carla Clienté"]),
        (("--language", "ES"), ["Carla Clienté"]),
        (("--tag", "new"), ["Carla Clienté"]),
        (("--unhappy",), []),
        (("--satisfaction-below", "3"), []),
        (("--open",), ["Carla Clienté"]),
        (("--since", "30d"), ["Carla Clienté"]),
    ],
)
def test_every_filter_holds(words: tuple[str, ...], names: list[str]) -> None:
    """Plan, any column, organisation, language, tags of any origin, scores; who has not written stands behind the others."""
    assert [one["name"] for one in shown("customers", *words)] == names


@pytest.mark.usefixtures("desk")
def test_a_filter_that_is_none_is_a_usage_error() -> None:
    """A field needs a name and a value."""
    run("customers", "--field", "plan", code=2)


def test_check_tells_every_mistake_with_its_line(desk: Path) -> None:
    """All of them at once, beside those of the other files."""
    (desk / "customers.csv").write_text("address,vip\nada@acme.test,\nnobody,maybe\n", encoding="utf-8")
    problems = json.loads(run("check", "--json", code=2))["problems"]
    assert [(one["file"], one["line"]) for one in problems] == [
        ("customers.csv", 2),
        *[("customers.csv", 3)] * 2,
    ]
    assert "ada@acme.test is the desk's or an operator's" in problems[0]["message"]
    (desk / "customers.csv").write_bytes(b"address,name\na@b.c,Jos\xe9\n")
    assert json.loads(run("check", "--json", code=2))["problems"][0]["line"] == 2


def test_check_tells_a_rule_that_asks_for_no_column(desk: Path) -> None:
    """A condition that can never hold is a mistake of the rule, in its line; without a file nothing is known."""
    rule = '[[rule]]\nname = "x"\non = ["ticket.created"]\nwhen.any = [{ customer.fields."Acount manager" = "Ada" }]\n'
    (desk / "rules" / "90-x.toml").write_text(
        f"{rule}when.customer.plan = 'pro'\nthen.tag = ['x']\n", "utf-8"
    )
    (problem,) = json.loads(run("check", "--json", code=2))["problems"]
    assert (problem["file"], problem["line"]) == ("rules/90-x.toml", 4)
    assert (
        "customers.csv has no column 'acount_manager'; did you mean 'account_manager'?" in problem["message"]
    )
    (desk / "customers.csv").unlink()
    assert json.loads(run("check", "--json"))["ok"]


def test_a_broken_file_keeps_the_last_good_one(desk: Path) -> None:
    """Nothing of it is taken over, mail goes on, and the operator gets one mail that says where the mistake is."""
    (desk / "customers.csv").write_text(FILE + "nobody,,,,,,,\n", encoding="utf-8")
    run("run", "--until-idle")
    run("run", "--until-idle")
    assert shown("customer", CARLA)["plan"] == "pro"
    alarms = [
        one for one in (desk / "var" / "outgoing" / "new").iterdir() if b"Kind: alarm" in one.read_bytes()
    ]
    assert len(alarms) == 1
    assert b"customers.csv" in alarms[0].read_bytes()


@pytest.mark.usefixtures("desk")
def test_tags_are_taken_off_where_they_were_given() -> None:
    """A tag of the file or of what he did is refused with the reason; one given by hand goes."""
    assert "stands in customers.csv" in run("customer", CARLA, "--untag", "early", code=1)
    assert "by what he did" in run("customer", CARLA, "--untag", "new", code=1)
    run("customer", CARLA, "--tag", "beta", "--tag", "early")
    assert shown("customer", CARLA)["own_tags"] == ["beta", "early"]
    run("customer", CARLA, "--untag", "early")
    assert shown("customer", CARLA)["tags"] == ["beta", "early", "vip", "new"]


@pytest.mark.usefixtures("desk")
def test_a_note_is_about_the_person() -> None:
    """It is kept with him in place of the one before, told by filters, and taken away by an empty one."""
    run("customer", CARLA, "--note", "older")
    assert json.loads(run("customer", CARLA, "--note", "met in Lisbon", "--json"))["note"] == "met in Lisbon"
    assert [one["name"] for one in shown("customers", "lisbon")] == ["Carla Clienté"]
    run("customer", CARLA, "--note", "")
    assert shown("customer", CARLA)["note"] == ""
    run("customer", "dora@gmail.com", "--note", "x", code=1)
    run("customer", CARLA, "--note", "x", "--tag", "y", code=2)


def test_an_export_has_what_the_file_says(desk: Path) -> None:
    """Also of somebody who has not written yet."""
    for address, plan in ((CARLA, "pro"), ("dora@gmail.com", "free")):
        run("customer", address, "--export", "his.zip")
        with zipfile.ZipFile(desk / "his.zip") as archive:
            assert json.loads(archive.read("customer.json"))["plan"] == plan


def test_an_erased_person_is_not_taken_over_again(desk: Path) -> None:
    """The certificate names the line of the file; no byte of it is in the store, and a changed file brings none back."""
    certificate = json.loads(run("customer", CARLA, "--erase", "--yes", "--json"))
    assert certificate["still_listed"] == [{"file": "customers.csv", "line": 2}]
    assert certificate["removed"]["listed"] == 2
    (desk / "customers.csv").write_text(FILE + "eve@else.test,Eve,,,,,,\n", encoding="utf-8")
    run("run", "--until-idle")
    assert [one["name"] for one in shown("customers")] == ["Dora", "Eve"]
    store = b"".join(one.read_bytes() for one in (desk / "var").glob("inboxd.db*")).lower()
    for trace in (b"cliente.test", b"zebra", "clienté".encode()):
        assert trace not in store
