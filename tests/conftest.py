"""What holds for all tests: the order they run in, where they write, an option, and where their fixtures are."""

import gc
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("databases", "made_mails", "peers", "stages", "worked_out_once")

# The longest first; whoever waits most (for processes, for a server's patience) before whoever reckons most.
_LONGEST = (
    "test_crash_driver.py",
    "test_journeys.py",
    "test_several_daemons.py",
    "test_no_secret.py",
    "test_processes.py",
    "test_upgrades.py",
    "test_queue_folders.py",
    "test_queue_folders_found.py",
    "test_queue_folders_trouble.py",
    "test_surgery.py",
    "test_new_users_path.py",
    "test_customer_erase.py",
    "test_customers.py",
    "test_erased_life.py",
    "test_round_trips.py",
    "test_document_commands.py",
    "test_stale.py",
    "test_once.py",
    "test_backup.py",
    "test_mailboxes.py",
    "test_mailbox_drafts.py",
    "test_import_mail.py",
    "test_crashes.py",
    "test_move.py",
    "test_quarter.py",
    "test_quarter_published.py",
)


# Of a property that does not hold the first examples tell as a rule; `make fuzz` looks for the others.
_EXAMPLES = 60

# So many new objects are worth looking for garbage among them.
_OBJECTS = 20_000

# A disk in memory, and what a run of all tests leaves room for on it.
_MEMORY, _ENOUGH = Path("/dev/shm"), 4 << 30  # noqa: S108  mkdtemp and pytest make folders of their own there


def pytest_configure() -> None:
    """Let Hypothesis try fewer examples than it would, and write to memory."""
    settings.register_profile("suite", settings.default, max_examples=_EXAMPLES)
    settings.load_profile("suite")
    _write_to_memory()


def _write_to_memory() -> None:
    """Write to memory where there is plenty: thousands of small stores wait for no disk. TMPDIR overrides it.

    In a container it is small as a rule, and may forbid to run what lies there.
    """
    if "TMPDIR" not in os.environ and _MEMORY.is_dir() and os.access(_MEMORY, os.W_OK | os.X_OK):
        can_run = not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC
        if can_run and shutil.disk_usage(_MEMORY).free > _ENOUGH:
            os.environ["TMPDIR"] = str(_MEMORY)
            tempfile.tempdir = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that writes the journeys' expectations anew; what changed is then reviewed in the diff."""
    parser.addoption(
        "--update-journeys", action="store_true", help="rewrite expected.toml of every journey that is run"
    )


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage while all tests are read: next to nothing becomes any, and it would be looked for 500 times."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no process waits for another at the end."""
    places = {name: place for place, name in enumerate(_LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def pytest_collection_finish() -> None:
    """Let the garbage collector leave alone what stays for good: seven thousand tests and the modules they need."""
    gc.collect()
    gc.freeze()
    # What a test leaves behind is small: to look for it every 700 objects is a twentieth of all the time.
    gc.set_threshold(_OBJECTS, 20, 20)
