"""The way to the filler beside the tests of the store."""

import sys
from pathlib import Path

# Test folders are no packages (import-mode=importlib): this is how the tests find the module beside them.
sys.path.insert(0, str(Path(__file__).parent))
