"""The case collection: what other projects' test suites expect of the same mails."""

import importlib.util
import json
import os
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inboxd.core.mail import Mail
from inboxd.core.parse import parse

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[3] / "shared" / "corpora"))
GOAL_PARSE = 0.97
MAX_SECONDS = 5

pytestmark = [
    pytest.mark.corpora,
    pytest.mark.skipif(
        not (CORPORA / "cases.jsonl").is_file(),
        reason=f"THE CASE COLLECTION IS MISSING: {CORPORA} (set INBOXD_CORPORA); the goals for parse are NOT checked",
    ),
]


def load_score() -> ModuleType:
    """Return the collection's own judge."""
    sys.path.insert(0, str(CORPORA))
    try:
        spec = importlib.util.spec_from_file_location("corpora_score", CORPORA / "score.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(CORPORA))
    return module


def cases(kind: str) -> list[dict[str, Any]]:
    """Return the cases of a kind."""
    with (CORPORA / "cases.jsonl").open(encoding="utf-8") as lines:
        return [case for case in map(json.loads, lines) if case["kind"] == kind]


def facts(mail: Mail) -> dict[str, Any]:
    """Return what the judge asks about."""
    return {
        "subject": mail.subject,
        "from": mail.from_.addr_spec,
        "from_name": mail.from_.display_name,
        "to": [address.addr_spec for address in mail.to],
        "cc": [address.addr_spec for address in mail.cc],
        "reply_to": next((address.addr_spec for address in mail.reply_to), ""),
        "message_id": mail.message_id,
        "body": mail.text,
        "attachments": [{"name": each.filename, "size": each.size} for each in mail.attachments],
    }


def test_parse_cases() -> None:
    """At least 97 % of the collection's parse cases are read as their sources expect."""
    score, wanted = load_score(), cases("parse")
    wrong = []
    for case in wanted:
        seen, right = score.check(case, facts(parse((CORPORA / case["path"]).read_bytes())))
        if not right:
            wrong.append((case["id"], seen))
    assert len(wanted) - len(wrong) >= GOAL_PARSE * len(wanted), wrong


def test_hostile_cases() -> None:
    """Every hostile mail is read within its time, and what was read can be written as JSON."""
    for case in cases("hostile"):
        raw = (CORPORA / case["path"]).read_bytes()
        started = time.monotonic()
        mail = parse(raw)
        json.dumps([facts(mail), mail.header_fields, mail.defects, mail.html], ensure_ascii=False).encode()
        assert time.monotonic() - started < MAX_SECONDS, case["id"]
