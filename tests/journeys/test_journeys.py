"""Every directory beside this file is a journey: mails go in over SMTP, and what comes of them is compared."""

import difflib
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from journey_promises import broken_promises
from journey_record import Record, to_toml
from journey_stage import CONFIG, MONDAY, open_stage
from journey_steps import perform
from sqlalchemy import Engine

HERE = Path(__file__).parent
JOURNEYS = sorted(path.parent for path in HERE.glob("*/journey.toml"))
_NO_STEPS = frozenset({"journey.toml", "expected.toml", "config.toml"})


@pytest.mark.parametrize("folder", JOURNEYS, ids=lambda folder: folder.name)
def test_journey(
    folder: Path, store_url: str, engine: Engine, tmp_path: Path, *, update_journeys: bool
) -> None:
    """A journey's mails are decided, filed and answered as its expected.toml says, and no promise is broken."""
    config = folder / "config.toml"
    files = {name: folder / name for name in ("rules", "kb") if (folder / name).is_dir()}
    text = config.read_text(encoding="utf-8") if config.is_file() else CONFIG
    record = Record()
    with open_stage(
        tmp_path / "desk", store_url, config=text, files=files, now=MONDAY, opened=engine
    ) as stage:
        record.note(stage, "(before)")
        for step in _steps(folder):
            perform(stage, step)
            record.note(stage, step.name)
        actual = to_toml(record.document(stage))
        broken = broken_promises(stage, folder)
    expected = folder / "expected.toml"
    if update_journeys:
        expected.write_text(actual, encoding="utf-8")

    wrong = [*broken, *_difference(expected.read_text(encoding="utf-8"), actual)]
    if wrong:
        # Said in full and without Python: whoever added the journey need not be a programmer.
        pytest.fail("\n".join((_about(folder), "", *wrong)), pytrace=False)


def test_there_are_journeys() -> None:
    """The journeys are found, each with steps: an empty list would pass unseen."""
    assert len(JOURNEYS) > 20
    assert all(_steps(folder) for folder in JOURNEYS)


def _steps(folder: Path) -> list[Path]:
    """Return the step files in order of their numbers."""
    found = [
        path
        for path in folder.iterdir()
        if path.suffix in {".eml", ".toml"} and path.name[0].isdigit() and path.name not in _NO_STEPS
    ]
    return sorted(found, key=lambda path: (int(path.name.partition("-")[0]), path.name))


def _about(folder: Path) -> str:
    return str(tomllib.loads((folder / "journey.toml").read_text(encoding="utf-8"))["about"])


def _difference(expected: str, actual: str) -> Iterator[str]:
    return difflib.unified_diff(
        expected.splitlines(), actual.splitlines(), "expected.toml", "what happened", lineterm="", n=2
    )
