"""What tests of the jobs share: a desk that nobody but its operator disturbs."""

from typing import Any

import pytest


@pytest.fixture
def alone(stage: Any) -> Any:
    """A desk of one operator whose peer takes everything that is handed over."""
    stage.configure(operators=stage.desk.config.operators[:1])
    return stage
