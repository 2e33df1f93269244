import datetime as dt
import json
import os
from pathlib import Path
from typing import Any

import pytest

from inboxd.core.authenticate import read_results, verify
from inboxd.core.mail import Envelope
from inboxd.core.parse import parse
from inboxd.errors import TransientError

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[2] / "../shared/corpora")).resolve()
NOW = dt.datetime(2026, 11, 21, tzinfo=dt.UTC)

pytestmark = pytest.mark.corpora


def _cases() -> list[Any]:
    try:
        lines = (CORPORA / "verify.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return [pytest.param(None, id="missing")]
    return [pytest.param(case, id=case["id"]) for case in map(json.loads, filter(str.strip, lines))]


@pytest.mark.parametrize("case", _cases())
def test_case(case: dict[str, Any] | None) -> None:
    """Every case of the collection has its result, and nothing passes that must not."""
    if case is None:
        pytest.skip(f"THE CASE COLLECTION IS MISSING: {CORPORA} (set INBOXD_CORPORA)")
    raw = (CORPORA / case["path"]).read_bytes()
    mail = parse(raw)
    if case["check"] == "auth_results":
        found = read_results(mail, [case["trusted_authserv_id"]])
        verified = found is not None and found.authenticated
        assert verified is case["expect"]["verified"]
        assert mail.from_.key == case["expect"].get("address", mail.from_.key)
        return

    def resolve(name: str, rdtype: str) -> tuple[str, ...]:
        records = case["dns"].get(name, {}).get(rdtype, [])
        if isinstance(records, str):
            raise TransientError(records)
        return tuple(records)

    found = verify(raw, mail, Envelope("", ()), client_ip="", helo="", resolve=resolve, now=NOW)
    assert found.dkim in case["expect"]["result"]
    assert found.authenticated is (found.dkim == "pass")
