import subprocess
import sys

import pytest

# Megabytes each, and nothing that moves bytes in and out needs any of them.
HEAVY = (
    "alembic",
    "babel",
    "dkim",
    "dns",
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
    "torch",
)


@pytest.mark.parametrize("modules", ["inboxd.cli, inboxd.daemon, inboxd.front", "inboxd.intake.imap_watch"])
def test_the_front_loads_nothing_it_does_not_need(modules: str) -> None:
    """The front stays small: no parser, no templates, no migrations, no model (DESIGN 3.1)."""
    look = f"import sys, {modules}; print(*(one for one in {HEAVY} if one in sys.modules))"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
