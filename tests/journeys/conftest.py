"""The way to the players beside the journeys. The databases and ``--update-journeys`` come from tests/conftest.py."""

import sys
from pathlib import Path

import pytest

# Test folders are no packages (import-mode=importlib): this is how the test modules find the players beside them.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def update_journeys(pytestconfig: pytest.Config) -> bool:
    """Return whether expected.toml is to be rewritten."""
    return bool(pytestconfig.getoption("--update-journeys"))
