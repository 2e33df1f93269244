"""A real browser for tests: Debian's Chromium, asked what a mail looks like in it."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import pytest
from playwright.sync_api import Page, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

# Every text the page shows, with its colour and the colour behind it, both as [red, green, blue].
_TEXTS = """() => {
  const rgba = text => text.match(/[\\d.]+/g).map(Number);
  const behind = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const words = walker.currentNode.data.trim();
    if (!words || !element.checkVisibility()) continue;
    const range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if (!range.getBoundingClientRect().width) continue;
    const style = getComputedStyle(element);
    found.push({words, colour: rgba(style.color).slice(0, 3), behind: behind(element),
                size: parseFloat(style.fontSize), weight: Number(style.fontWeight)});
  }
  return found;
}"""
# Every element that reaches over the edge of the page.
_TOO_WIDE = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.checkVisibility() && one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(one => one.outerHTML.slice(0, 120))"""
_BOXES = """selector => [...document.querySelectorAll(selector)].filter(one => one.checkVisibility()).map(one => {
  const box = one.getBoundingClientRect();
  return {words: one.textContent || one.alt, x: box.x, y: box.y, width: box.width, height: box.height,
          loaded: one.naturalWidth};
})"""


@contextmanager
def browser() -> Iterator[Page]:
    """Start Chromium and yield an empty page without a network; skip the test, saying so, where it is not installed."""
    program = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if program is None:
        pytest.skip("NOT LOOKED AT: Chromium is not installed (apt-get install chromium)")
    with sync_playwright() as playwright:
        # Root has no sandbox; nothing but our own mail is shown, without a network.
        running = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        try:
            yield running.new_context(offline=True).new_page()
        finally:
            running.close()


def show(page: Page, html: str, width: int, scheme: Literal["light", "dark"]) -> None:
    """Show a mail on a page so wide, in the light or in the dark."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.set_content(html)


def texts(page: Page) -> list[dict[str, Any]]:
    """Return every text the page shows: ``words``, ``colour``, ``behind``, ``size``, ``weight``."""
    found: list[dict[str, Any]] = page.evaluate(_TEXTS)
    return found


def too_wide(page: Page) -> list[str]:
    """Return the elements that reach over the edge, and the page itself where it can be scrolled sideways."""
    found: list[str] = page.evaluate(_TOO_WIDE)
    scrolled = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    return [*found, *(["the page"] if scrolled else [])]


def boxes(page: Page, selector: str) -> list[dict[str, Any]]:
    """Return the visible elements: their ``words``, where they are, how large, and what an image ``loaded``."""
    found: list[dict[str, Any]] = page.evaluate(_BOXES, selector)
    return found


def contrast(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Return the contrast of two colours, 1 to 21: (L1 + 0.05) / (L2 + 0.05) (WCAG 2.1, contrast ratio)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: tuple[float, ...]) -> float:
    """WCAG 2.1, relative luminance, from sRGB."""
    red, green, blue = (
        value / 12.92 if (value := part / 255) <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for part in colour[:3]
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
