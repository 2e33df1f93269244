"""The way to the players beside the journeys. The databases and ``--update-journeys`` come from tests/conftest.py."""

import pytest


@pytest.fixture(scope="session")
def update_journeys(pytestconfig: pytest.Config) -> bool:
    """Return whether expected.toml is to be rewritten."""
    return bool(pytestconfig.getoption("--update-journeys"))
