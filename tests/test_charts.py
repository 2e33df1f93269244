"""Drawing, in a process of its own."""

import io
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from inboxd import charts
from inboxd.charts import draw_charts
from inboxd.core.chart import HEIGHT, WIDTH, Chart, Mark, Series, Unit
from inboxd.core.digest_charts import week_charts
from inboxd.core.view_samples import samples
from inboxd.core.views import DigestView
from inboxd.errors import PermanentError

ONE = Chart("one", ("W1", "W2"), (Series((None, 40.0), Mark.BARS, "first"),), Unit.PERCENT, 100.0)


def sample_charts() -> tuple[Chart, ...]:
    """Return the charts of the fullest sample week."""
    view = samples("digest")[0]
    assert isinstance(view, DigestView)
    assert view.week is not None
    return week_charts(view.week, "UTC")


def test_every_chart_becomes_two_pictures() -> None:
    """Each chart is drawn for a light and a dark page: three dots to a pixel, on that page's colour, and small."""
    drawn = draw_charts(sample_charts())
    assert set(drawn) == {"tickets", "responses", "automation", "satisfaction"}
    for one in drawn.values():
        for png, paper in ((one.light, (255, 255, 255)), (one.dark, (31, 35, 40))):
            assert len(png) < 16_000
            with Image.open(io.BytesIO(png)) as image:
                assert image.size == (WIDTH * 3, HEIGHT * 3)
                assert image.convert("RGB").getpixel((0, 0)) == paper


def test_the_same_chart_is_the_same_picture() -> None:
    """A second attempt at the same mail has the same bytes."""
    from inboxd import charts_drawn  # noqa: PLC0415  half a second, and each test process reads all tests

    assert charts_drawn.draw(ONE, charts_drawn.DARK) == charts_drawn.draw(ONE, charts_drawn.DARK)


@pytest.mark.parametrize(
    "series",
    [
        (),
        (Series((None, None), Mark.BARS, "first"),),
        (Series((0.0, 0.0), Mark.BARS, "first"), Series((None, 0.0), Mark.HOLLOW, "first")),
        (Series((None, 3.0), Mark.LINE, "third"), Series((1e9, None), Mark.LINE, "first")),
    ],
)
def test_odd_figures_are_drawn(series: tuple[Series, ...]) -> None:
    """No data, noughts and gaps are drawn like anything else."""
    from inboxd import charts_drawn  # noqa: PLC0415  as above

    assert charts_drawn.draw(Chart("odd", ("1", "2"), series), charts_drawn.LIGHT).startswith(b"\x89PNG")


def test_nothing_to_draw_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A week without figures costs nothing."""
    monkeypatch.setattr(charts, "subprocess", None)
    assert draw_charts(()) == {}


@pytest.mark.parametrize("program", ["print('no json')", "raise SystemExit(3)", "import time; time.sleep(9)"])
def test_a_process_that_fails_is_told(program: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nonsense, a failure and too long a time are one error that the digest can do without."""
    script = tmp_path / "python"
    script.write_text(f"#!{sys.executable}\n{program}\n", encoding="utf-8")
    script.chmod(0o755)
    monkeypatch.setattr(charts, "sys", SimpleNamespace(executable=str(script)))
    monkeypatch.setattr(charts, "TIME_LIMIT_SECONDS", 1.0)
    with pytest.raises(PermanentError, match="not drawn"):
        draw_charts((ONE,))


def test_no_daemon_loads_what_draws() -> None:
    """Neither process of the desk has matplotlib in it: 80 MB that are needed for a second a week."""
    code = "import sys, inboxd.daemon, inboxd.worker, inboxd.jobs.digest; print({'matplotlib', 'PIL'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
