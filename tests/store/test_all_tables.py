"""That no table can be forgotten by migrations, export or the move to another database."""

import subprocess
import sys
from pathlib import Path

STORE = Path(__file__).parents[2] / "inboxd" / "store"


def test_every_module_of_tables_is_named() -> None:
    """Whoever imports all_tables has imported every module that defines tables, and nothing else had to be imported before."""
    modules = {f"inboxd.store.{file.stem}" for file in STORE.glob("tables_*.py")}
    script = "import sys, inboxd.store.all_tables; print('\\n'.join(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert modules
    assert modules - set(loaded.split()) == set()
