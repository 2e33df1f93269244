import subprocess
import sys

import pytest

# Megabytes each, and nothing that moves bytes in and out needs any of them.
HEAVY = (
    "alembic",
    "babel",
    "dkim",
    "dns",
    "email.headerregistry",
    "http.client",
    "inboxd.core.facts",
    "inboxd.core.parse",
    "inboxd.core.views",
    "jinja2",
    "mailparser",
    "nh3",
    "numpy",
    "prometheus_client",
    "requests",
    "rich.console",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.orm",
    "sqlmodel",
    "torch",
)


@pytest.mark.parametrize(
    ("modules", "heavy"),
    [
        ("inboxd.entrance, inboxd.ending, inboxd.running, inboxd.daemon, inboxd.front", (*HEAVY, "typer")),
        ("inboxd.intake.imap_watch", (*HEAVY, "typer")),
        ("inboxd.cli, inboxd.daemon, inboxd.front", HEAVY),
    ],
)
def test_the_front_loads_nothing_it_does_not_need(modules: str, heavy: tuple[str, ...]) -> None:
    """The front stays small: no parser, no templates, no migrations, no model, and where it simply runs no command line."""
    look = f"import sys, {modules}; print(*(one for one in {heavy} if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
