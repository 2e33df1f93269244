"""Charts become pictures, in a process of its own that ends with them: no daemon pays for matplotlib's memory."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from inboxd.core.chart import Chart, to_documents
from inboxd.errors import PermanentError

# The first time matplotlib lists the fonts of the machine.
TIME_LIMIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart as PNG, for a light and for a dark page."""

    light: bytes
    dark: bytes


def draw_charts(charts: Sequence[Chart]) -> Mapping[str, Drawing]:
    """Return the drawings by the charts' names; raise ``PermanentError`` when the process fails or takes too long."""
    if not charts:
        return {}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "inboxd.charts_drawn"],
            input=json.dumps(to_documents(charts)),
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT_SECONDS,
            check=False,
        )
        if done.returncode:
            raise PermanentError(f"the charts were not drawn: {done.stderr.strip()[-300:]}")
        return {
            name: Drawing(base64.b64decode(one["light"]), base64.b64decode(one["dark"]))
            for name, one in json.loads(done.stdout).items()
        }
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError) as error:
        raise PermanentError(f"the charts were not drawn: {error}") from error


def _environment() -> dict[str, str]:
    """Return what the process is told: no window, one thread, and where matplotlib may keep its list of fonts."""
    # The service may write into the folder that INBOXD_CACHE names, and into no home.
    cache = Path(os.environ.get("INBOXD_CACHE") or platformdirs.user_cache_path("inboxd")) / "matplotlib"
    return os.environ | {
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": os.environ.get("MPLCONFIGDIR", str(cache)),
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONIOENCODING": "utf-8",
    }
