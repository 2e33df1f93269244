"""The way to the players beside the journeys, and ``--update-journeys``. The databases come from tests/conftest.py."""

import sys
from pathlib import Path

import pytest

# Test folders are no packages (import-mode=importlib): this is how the test modules find the players beside them.
sys.path.insert(0, str(Path(__file__).parent))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the expectations anew; what changed is then reviewed in the diff."""
    parser.addoption(
        "--update-journeys", action="store_true", help="rewrite expected.toml of every journey that is run"
    )


@pytest.fixture(scope="session")
def update_journeys(pytestconfig: pytest.Config) -> bool:
    """Return whether expected.toml is to be rewritten."""
    return bool(pytestconfig.getoption("--update-journeys", default=False))
