import os
import subprocess
import sys
from pathlib import Path


def test_no_library_reports_to_its_maker(tmp_path: Path) -> None:
    """With the model's runtime loaded nothing is written for Microsoft's telemetry, and so nothing is sent there."""
    # Their own ways of noticing a test run must not be what keeps them silent here.
    silencers = {"CI", "PYTEST_CURRENT_TEST", "ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"}
    environment = {name: value for name, value in os.environ.items() if name not in silencers}
    program = "import inboxd.knowledge.embed, onnxruntime, os; print(os.environ['ORT_DISABLE_TELEMETRY'])"

    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**environment, "HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "cache")},
        cwd=Path(__file__).parents[1],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout == "1\n"
    assert "elemetry" not in done.stderr
    assert list(tmp_path.rglob("*")) == []
