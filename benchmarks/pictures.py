"""The pictures of the documentation: mails of the example desk, photographed in Chromium (`make pictures`).

.venv/bin/python benchmarks/pictures.py [FOLDER]
"""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from example_desk import ExampleDesk, Sent, example_desk
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from inboxd.commands.digest import embedded

FOLDER = Path(__file__).parents[1] / "docs" / "images"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_COLOURS = 255
_SCREEN = 780  # of a phone, under the bars of its mail client
_DOTS = 1.5


@dataclass(frozen=True, slots=True)
class _Picture:
    """What is photographed. ``screen`` is one screen of a phone: 0 the top, 1 the week; None is the whole mail."""

    name: str
    sent: Sent
    width: int
    screen: int | None = None
    scheme: Literal["light", "dark"] = "light"


def main() -> None:
    """Play the example desk and write its pictures; exit 1, saying so, without Chromium."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        sys.exit("Chromium is not installed: apt-get install chromium")
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as scratch,
        example_desk(Path(scratch)) as played,
        sync_playwright() as playwright,
    ):
        played.play()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for one in _pictures(played):
            path = folder / f"{one.name}.png"
            path.write_bytes(_photograph(browser, one))
            print(f"{path}  {path.stat().st_size // 1024} kB")
        browser.close()


def _pictures(played: ExampleDesk) -> Iterator[_Picture]:
    digest = played.newest("digest")
    yield _Picture("digest", digest, 632)
    yield _Picture("digest-phone", digest, 375, screen=0)
    yield _Picture("digest-phone-week", digest, 375, screen=1, scheme="dark")
    yield _Picture("notification", played.newest("notification", "Sync"), 632)


def _photograph(browser: Browser, wanted: _Picture) -> bytes:
    """Return the mail, or one screen of it, as PNG; with a palette: a fourth of the bytes, and nobody sees it."""
    context = browser.new_context(
        viewport={"width": wanted.width, "height": _SCREEN},
        color_scheme=wanted.scheme,
        device_scale_factor=_DOTS,
        offline=True,
    )
    page = context.new_page()
    page.set_content(embedded(wanted.sent.html, wanted.sent.mail.attachments))
    if wanted.screen:
        page.get_by_role("heading", name="Your week").evaluate("one => one.scrollIntoView()")
    taken = page.screenshot(full_page=wanted.screen is None)
    context.close()
    written = io.BytesIO()
    with Image.open(io.BytesIO(taken)) as image:
        few = image.convert("RGB").quantize(
            _COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
        )
        few.save(written, format="PNG", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
