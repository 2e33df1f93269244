"""``inboxd customers`` and ``inboxd customer``."""

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


@pytest.fixture
def desk(mail: Any, desk_folder: Callable[..., Path]) -> Path:
    """A desk that Carla asked on Monday and Dora on Tuesday."""
    carla = mail("Where is it?", from_="Carla Cliente <carla@cliente.test>")
    dora = mail("And mine?", subject="Mine", from_="Dora <dora@gmail.com>")

    def life(folder: Path) -> None:
        for when, address, raw in ((MONDAY, "carla@cliente.test", carla), (TUESDAY, "dora@gmail.com", dora)):
            (folder / "question.eml").write_bytes(raw)
            run("accept", "--from", address, "question.eml", now=when)
            run("run", "--until-idle", now=when)

    return desk_folder(life=life)


def run(*words: str, now: str = TUESDAY, code: int = 0) -> str:
    """Run a command line; return what it printed."""
    result = CliRunner().invoke(cli.app, ["--now", now, *words])
    assert result.exit_code == code, result.output
    return result.stdout


@pytest.mark.usefixtures("desk")
def test_customers_are_listed_by_their_last_contact() -> None:
    """All of them with their figures, the latest first; as a table for people, as one document for programs."""
    found = json.loads(run("customers", "--json"))
    assert [(one["name"], one["organisation"], one["tickets"], one["open"]) for one in found] == [
        ("Dora", "", 1, 1),
        ("Carla Cliente", "cliente.test", 1, 1),
    ]
    assert found[1]["last_contact"] == MONDAY
    assert "2 customers" in run("customers")


@pytest.mark.usefixtures("desk")
@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--since", "2026-11-17"), ["Dora"]),
        (("--open",), ["Dora", "Carla Cliente"]),
        (("--tag", "vip"), []),
        (("CLIENTE",), ["Carla Cliente"]),
    ],
)
def test_customers_are_filtered(words: tuple[str, ...], names: list[str]) -> None:
    """Text, tag, open tickets and the last contact each narrow the list."""
    found = json.loads(run("customers", *words, "--json", now="2026-11-17T11:00:00+00:00"))
    assert [one["name"] for one in found] == names


@pytest.mark.usefixtures("desk")
def test_one_customer_with_his_tickets() -> None:
    """One document with addresses and tickets; a page for people; exit 1 for an address nobody has."""
    found = json.loads(run("customer", "Carla@Cliente.test", "--json"))
    assert found["addresses"] == ["carla@cliente.test"]
    assert [(one["number"], one["subject"]) for one in found["tickets"]] == [(1, "Export")]
    assert (found["satisfaction"], found["vip"], found["note"]) == (None, False, "")
    assert "Carla Cliente <carla@cliente.test>" in run("customer", "carla@cliente.test")
    run("customer", "nobody@cliente.test", code=1)


@pytest.mark.usefixtures("desk")
def test_all_of_one_customer_is_written_out(tmp_path: Path) -> None:
    """The archive holds his ticket, his mail and the JSON, readable by its owner alone, and no word of anybody else."""
    document = json.loads(run("customer", "carla@cliente.test", "--export", "carla.zip", "--json"))
    assert document == {"file": "carla.zip", "files": 3, "tickets": 1, "mails": 1}
    assert (tmp_path / "carla.zip").stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(tmp_path / "carla.zip") as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {"customer.json", "tickets/1.txt", "mails/received-1.eml"}
    assert b"Where is it?" in files["tickets/1.txt"]
    assert b"Where is it?" in files["mails/received-1.eml"]
    assert json.loads(files["customer.json"])["tickets"][0]["messages"][0]["text"] == "Where is it?"
    assert not [name for name, content in files.items() if b"dora" in content.lower()]
    run("customer", "nobody@cliente.test", "--export", "no.zip", code=1)
    assert not (tmp_path / "no.zip").exists()


@pytest.mark.usefixtures("desk")
def test_two_addresses_become_one_customer() -> None:
    """Both are his afterwards, with the tickets of both; the desk's own people and nobody cannot be merged."""
    found = json.loads(run("customer", "carla@cliente.test", "--merge", "dora@gmail.com", "--json"))
    assert (found["addresses"], found["tickets"]) == (["carla@cliente.test", "dora@gmail.com"], 2)
    assert len(json.loads(run("customers", "--json"))) == 1
    assert [one["customer"] for one in json.loads(run("tickets", "--json"))] == ["carla@cliente.test"] * 2
    run("customer", "carla@cliente.test", "--merge", "nobody@cliente.test", code=1)
    run("customer", "carla@cliente.test", "--merge", "dora@gmail.com", "--erase", code=2)
