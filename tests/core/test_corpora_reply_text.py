"""The case collection beside the repository: what people wrote in mails of many clients, as other projects noted it."""

import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from inboxd.core.parse import parse
from inboxd.core.quoting import separate

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[2] / "../shared/corpora")).resolve()
GOAL = 0.92
NOTHING_LOST = 0.99

pytestmark = pytest.mark.corpora


def load_score() -> ModuleType:
    """Return the collection's own judge, imported by path."""
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


def judge(score: ModuleType, case: dict[str, Any]) -> tuple[bool, bool]:
    """Return (right, nothing lost) for one case."""
    new_text = separate(parse((CORPORA / case["path"]).read_bytes())).new_text
    facts, right = score.check(case, {"id": case["id"], "reply": new_text})
    return right, facts["nothing_lost"]


def test_what_people_wrote_is_found_in_real_mails() -> None:
    """At least 92 % of the cases are right to the word, and in at least 99 % nothing a person wrote is lost."""
    if not (CORPORA / "cases.jsonl").exists():
        pytest.skip(f"THE CASE COLLECTION IS MISSING: no {CORPORA}; set INBOXD_CORPORA to where it is")
    score = load_score()
    cases = [case for case in score.load_jsonl(CORPORA / "cases.jsonl") if case["kind"] == "reply_text"]
    results = {case["id"]: judge(score, case) for case in cases}
    wrong = [name for name, (right, _) in results.items() if not right]
    lost = [name for name, (_, kept) in results.items() if not kept]
    assert len(cases) > 200
    assert 1 - len(wrong) / len(cases) >= GOAL, wrong
    assert 1 - len(lost) / len(cases) >= NOTHING_LOST, lost
