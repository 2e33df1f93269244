"""What holds for all tests: the order they run in, an option, and where their fixtures are."""

import pytest

pytest_plugins = ("databases", "made_mails", "peers", "stages")

_LONGEST = frozenset(
    {
        "test_crash_driver.py",
        "test_journeys.py",
        "test_no_secret.py",
        "test_processes.py",
        "test_queue_folders.py",
        "test_several_daemons.py",
        "test_surgery.py",
        "test_upgrades.py",
    }
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the journeys' expectations anew; what changed is then reviewed in the diff."""
    parser.addoption(
        "--update-journeys", action="store_true", help="rewrite expected.toml of every journey that is run"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process waits for another at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)
