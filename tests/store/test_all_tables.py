"""That no table can be forgotten by migrations, export or the move to another database."""

import subprocess
import sys
from pathlib import Path

from sqlmodel import SQLModel

from inboxd.store.all_tables import metadata

STORE = Path(__file__).parents[2] / "inboxd" / "store"


def test_every_module_of_tables_is_named() -> None:
    """Whoever imports all_tables has imported every module that defines tables, and nothing else had to be imported before."""
    modules = {f"inboxd.store.{file.stem}" for file in STORE.glob("tables_*.py")}
    script = "import sys, inboxd.store.all_tables; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert modules
    assert modules - set(loaded.split()) == set()


def test_tables_are_declared_with_sqlmodel() -> None:
    """The project's mission sets SQLModel for what is at rest: no stand-in for it, however much memory that would save."""
    assert metadata.tables
    assert {one.class_.__tablename__ for one in SQLModel._sa_registry.mappers} >= set(metadata.tables)
