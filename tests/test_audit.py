"""What `.ci/audit.py`, a part of `make lint`, makes of the auditor's answers."""

import importlib.util
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
CLEAN = {"name": "alpha", "version": "1.0", "vulns": []}
BAD = {"name": "beta", "version": "2.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
UNKNOWN = {"name": "gamma", "skip_reason": "not found"}


@pytest.fixture
def audit(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The script as a function of what the auditor prints; returns the exit code."""
    spec = importlib.util.spec_from_file_location("audit", ROOT / ".ci" / "audit.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.delenv("AUDIT_REQUIRED", raising=False)

    def run(stdout: str, stderr: str = "") -> int:
        done = subprocess.CompletedProcess([], 1, stdout, stderr)
        monkeypatch.setattr(module.subprocess, "run", lambda *_, **__: done)
        code: int = module.main()
        return code

    return run


def said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages})


def test_a_vulnerability_fails(audit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """A known vulnerability is an error that names the package and the version that mends it."""
    assert audit(said(CLEAN, BAD, UNKNOWN)) == 1
    assert "beta 2.0: PYSEC-1, mended in 2.1" in capsys.readouterr().out


def test_nothing_known_is_fine(audit: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Without vulnerabilities it says how many packages it looked up."""
    assert audit(said(CLEAN, CLEAN)) == 0
    assert "audited 2 packages" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("stdout", "stderr"), [(said(CLEAN, UNKNOWN), ""), ("", "Could not connect"), ("", ""), ("[]", "x")]
)
def test_without_the_net_it_says_so_loudly(
    audit: Any,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    stdout: str,
    stderr: str,
) -> None:
    """What could not be looked up fails nothing, is never called audited, and fails where the audit is required."""
    assert audit(stdout, stderr) == 0
    printed = capsys.readouterr()
    assert "NOT AUDITED" in printed.err
    assert "audited" not in printed.out
    monkeypatch.setenv("AUDIT_REQUIRED", "1")
    assert audit(stdout, stderr) == 1
