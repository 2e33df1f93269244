"""What a customer sees: our letters in a real browser, on a narrow phone, by day and by night, in every language."""

from collections.abc import Iterator
from typing import Literal

import pytest
from browser import boxes, browser, contrast, show, texts, too_wide
from playwright.sync_api import Page

from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.view_samples import samples
from inboxd.core.views import RelayView, ReplyView, SurveyView
from inboxd.templating import Templates

NAMES = sorted(name for name, view in TEMPLATE_VIEWS.items() if view in {ReplyView, RelayView, SurveyView})
LEAST_CONTRAST = 4.5  # WCAG 2.1 1.4.3 (AA)
LEAST_TARGET = 44


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of Chromium, for all tests of this file."""
    with browser() as started:
        yield started


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh", "zh-hant", "de", "fr", "es"])
def test_letters_fit_a_narrow_phone(page: Page, language: str, scheme: Literal["light", "dark"]) -> None:
    """At 360 pixels nothing reaches over the edge, every word can be read, and every button can be hit."""
    templates = Templates.load(None)
    for name in NAMES:
        show(page, templates.render(name, language, samples(name)[0]).html, 360, scheme)
        assert too_wide(page) == [], name
        for shown in texts(page):
            assert contrast(shown["colour"], shown["behind"]) >= LEAST_CONTRAST, (name, shown)
        for button in boxes(page, "a.button"):
            assert button["height"] >= LEAST_TARGET, (name, button)
