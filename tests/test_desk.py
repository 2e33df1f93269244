from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from inboxd.building import build_desk, load_files
from inboxd.clock import fixed_clock
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.rules import Ruleset
from inboxd.desk import ActiveFiles, Desk
from inboxd.templating import Templates


@pytest.fixture
def desk(lite_stage: Any) -> Desk:
    """The desk of the tests, with Ada at two addresses."""
    config = lite_stage.desk.config
    ada = replace(config.operators[0], address="Ada@Acme.test", aliases=("ada@home.test",))
    return replace(lite_stage.desk, config=replace(config, operators=(ada, config.operators[1])))


def test_operators_by_any_of_their_addresses(desk: Desk) -> None:
    """Operators are known by every address they write from, in any case, and written to at their first one."""
    assert desk.operators == ("ada@acme.test", "ada@home.test", "grace@acme.test")
    assert desk.operator_main_address("ADA@home.test") == "ada@acme.test"
    assert desk.operator_main_address("stranger@home.test") == ""


def test_what_mails_are_written_on(desk: Desk) -> None:
    """Names and addresses come from the configuration; an unknown author is the desk itself."""
    paper = desk.stationery
    assert (paper.domain, paper.view.name, paper.view.address) == (
        "acme.test",
        "Acme Support",
        "support@acme.test",
    )
    assert paper.operator_name("ada@acme.test") == "Ada"
    assert paper.operator_name("stranger@x.test") == "Acme Support"


def test_the_addresses_are_signed(desk: Desk) -> None:
    """The addresses people answer to name the ticket, are bound to the operator, and cannot be made up."""
    own = OwnAddresses(frozenset({"support@acme.test"}))
    customer, operator = (
        desk.stationery.customer_address(12),
        desk.stationery.operator_address(12, "ada@acme.test"),
    )
    for address, who in ((customer, ""), (operator, "ada@acme.test")):
        token = desk.tokens.read_reply_address(address, own, desk.operators)
        assert token is not None
        assert (token.ticket, token.operator) == (12, who)
        assert desk.tokens.read_reply_address(address.replace("12.", "13."), own, desk.operators) is None


def test_the_terms(desk: Desk) -> None:
    """The targets of ``[sla]`` hold for every ticket no policy names."""
    assert [one.name for one in desk.sla_terms.policies] == ["default"]
    assert desk.sla_terms.policies[-1].targets == desk.config.sla.targets
    assert desk.now == desk.clock()


def test_good_files_replace_the_old_ones(templates: Templates) -> None:
    """What is put live is live at once; what is not given stays."""
    active = ActiveFiles(Ruleset((), "old"), templates)
    active.replace(ruleset=Ruleset((), "new"))
    assert active.ruleset.revision == "new"
    assert active.templates is templates


def test_a_built_desk_wakes_nobody(lite_stage: Any, tmp_path: Path, lite_engine: Engine) -> None:
    """A desk built for one command has nobody to wake, and its knowledge base is not loaded yet."""
    (tmp_path / "rules").mkdir()
    (tmp_path / "kb").mkdir()
    config = replace(
        lite_stage.desk.config,
        rules=tmp_path / "rules",
        kb=replace(lite_stage.desk.config.kb, path=tmp_path / "kb"),
    )
    built = build_desk(config, lite_engine, load_files(config), fixed_clock(lite_stage.clock()))
    built.wake_outgoing()
    assert built.knowledge.index is None
