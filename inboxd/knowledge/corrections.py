"""How a desk moves the calibrator, kept with a model that was tuned on its phrasings.

A desk learns how sure it may be by asking itself its own phrasings while they are left out (``simulate.py``). A tuned
model was trained on them and finds them too easily; what the model said before it was tuned still holds.
"""

import json
from collections.abc import Iterable, Mapping

from inboxd.knowledge.confidence import Platt
from inboxd.knowledge.model_export import cache_folder
from inboxd.knowledge.shelf import Shelf
from inboxd.knowledge.space import Script

# What came of a tuning, beside the tuned model.
RESULT = "result.json"

Corrections = Mapping[Script, Platt]


def corrections_of(shelves: Iterable[Shelf]) -> Corrections:
    """Return how the shelves of an index move their calibrators."""
    return {shelf.script: shelf.platt for shelf in shelves}


def load_corrections(name: str) -> Corrections:
    """Return what was kept with the tuned model of that name (an embedder's); nothing where nothing was."""
    # The name of an export is that of the model's folder and the hash of its weights.
    folder = cache_folder() / "tuned" / name.rpartition("-")[0]
    try:
        kept = json.loads((folder / RESULT).read_text(encoding="utf-8"))["corrections"]
        return {
            Script(script): Platt(float(slope), float(offset)) for script, (slope, offset) in kept.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def as_document(corrections: Corrections) -> dict[str, tuple[float, float]]:
    """Return corrections as they are kept."""
    return {script.value: (platt.slope, platt.offset) for script, platt in corrections.items()}
