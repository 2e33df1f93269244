"""What the operator sees: the digest and a notification in a real browser, on a phone and on a desk, by day and by night."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Literal

import pytest
from browser import boxes, browser, contrast, show, texts, too_wide
from playwright.sync_api import Page

from inboxd.charts import draw_charts
from inboxd.commands.digest import embedded
from inboxd.core.digest_charts import week_charts
from inboxd.core.mail import Attachment
from inboxd.core.view_samples import samples
from inboxd.core.views import DigestView
from inboxd.templating import Templates

# WCAG 2.1 1.4.3 (AA): words; large ones (from 24 px, or from 18.66 px in bold) need less.
LEAST_CONTRAST = 4.5
LEAST_FOR_LARGE = 3.0
# Apple's guidelines; WCAG 2.2 2.5.8 (AA) asks for 24.
LEAST_TARGET = 44
WIDTHS = (320, 360, 600, 1000)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("en", "zh")
SHIPPED = Templates.load(None)


def full_digest() -> DigestView:
    """Return the sample digest in which there is everything."""
    view = samples("digest")[0]
    assert isinstance(view, DigestView)
    return view


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """A page of Chromium, for all tests of this file."""
    with browser() as started:
        yield started


@pytest.fixture(scope="module")
def digests() -> dict[str, str]:
    """The full digest in each language as a page, with its charts in it."""
    view = full_digest()
    assert view.week is not None
    drawn = draw_charts(week_charts(view.week, "Europe/Berlin"))
    parts = [
        Attachment("", "image/png", len(png), True, f"{name}-{variant}@acme.test", png)
        for name, one in drawn.items()
        for variant, png in (("light", one.light), ("dark", one.dark))
    ]
    return {
        language: embedded(SHIPPED.render("digest", language, view).html, parts) for language in LANGUAGES
    }


def pages() -> list[tuple[str, str]]:
    """Return every mail to an operator, by name and language, but the full digest."""
    return [
        (name, language)
        for name in ("digest", "notification", "chase", "chase_list", "result", "alarm", "survey")
        for language in LANGUAGES
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_digest_in_a_browser(page: Page, digests: dict[str, str], language: str, scheme: Any) -> None:
    """From 320 pixels up nothing overflows, every word can be read, every link be hit, and every chart is there."""
    for width in WIDTHS:
        show(page, digests[language], width, scheme)
        assert too_wide(page) == [], width
        _every_word_can_be_read(page)
        _every_link_can_be_hit(page)
        images = boxes(page, "img")
        assert len(images) == 4
        assert all(one["loaded"] and one["words"] for one in images)


def test_the_sheet_is_as_wide_as_mail_is(page: Page, digests: dict[str, str]) -> None:
    """On a desktop the mail is at most 600 pixels wide, in the middle; on a phone it uses all of the screen."""
    show(page, digests["en"], 1000, "light")
    (sheet,) = boxes(page, ".sheet")
    assert sheet["width"] == 600
    assert sheet["x"] == 200
    page.set_viewport_size({"width": 360, "height": 800})
    (sheet,) = boxes(page, ".sheet")
    assert sheet["width"] == 344


def test_charts_stand_side_by_side_where_there_is_room(page: Page, digests: dict[str, str]) -> None:
    """Two charts in a row at 600 pixels, below each other on a phone and there as wide as the page."""
    show(page, digests["en"], 600, "light")
    first, second, *_ = boxes(page, ".tile")
    assert first["y"] == second["y"]
    page.set_viewport_size({"width": 360, "height": 800})
    first, second, *_ = boxes(page, ".tile")
    assert first["y"] + first["height"] <= second["y"]
    assert min(one["width"] for one in boxes(page, "img")) > 280


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_charts_follow_the_page(page: Page, digests: dict[str, str], scheme: Any) -> None:
    """By day the light variant is shown, by night the dark one, never both."""
    show(page, digests["en"], 360, scheme)
    other = "dark" if scheme == "light" else "light"
    assert (len(boxes(page, f"img.{scheme}")), boxes(page, f"img.{other}")) == (4, [])


def test_without_pictures_the_words_are_there(page: Page) -> None:
    """A client that shows no images, or a desk that could draw none, has the same figures in words."""
    view = full_digest()
    show(page, SHIPPED.render("digest", "en", view).html, 360, "light")
    assert all("W46" in one["words"] or "Sun 15" in one["words"] for one in boxes(page, "img"))
    assert view.week is not None
    bare = replace(view, week=replace(view.week, pictures=type(view.week.pictures)()))
    show(page, SHIPPED.render("digest", "en", bare).html, 360, "light")
    assert too_wide(page) == []
    assert "W39: 21%" in page.inner_text("body")


@pytest.mark.parametrize(("name", "language"), pages())
def test_every_mail_to_an_operator(page: Page, name: str, language: str) -> None:
    """Notifications, reminders, results, alarms, surveys and the barest digests are as readable as the full one."""
    for view, scheme in itertools.product(samples(name), SCHEMES):
        show(page, SHIPPED.render(name, language, view).html, 360, scheme)
        assert too_wide(page) == []
        _every_word_can_be_read(page)
        _every_link_can_be_hit(page)


def test_it_needs_no_doctype_and_no_style_sheet(page: Page, digests: dict[str, str]) -> None:
    """Clients that show the body alone, in quirks mode and without our style sheet, show the same sizes and colours."""
    body = re.sub(r"(?s)^.*?<body", "<body", digests["en"])
    show(page, body, 360, "dark")
    assert page.evaluate("document.compatMode") == "BackCompat"
    assert too_wide(page) == []
    _every_word_can_be_read(page)
    sizes = {one["size"] for one in texts(page)}
    show(page, digests["en"], 360, "light")
    assert sizes == {one["size"] for one in texts(page)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_mail_clients_do_not_know(digests: dict[str, str], language: str) -> None:
    """Layout is by tables and blocks; no script, form, web font or remote picture; what Outlook alone reads is whole."""
    html = digests[language]
    assert not re.search(r"<(?:script|form|input|iframe|object|video|link|svg)\b", html)
    assert not re.search(r"(?:flex|grid|position:|float:|@import|@font-face|url\(|var\(|calc\()", html)
    assert not re.search(r'src="(?!data:)', html)
    assert html.count("<!--[if mso]>") + html.count("<!--[if !mso]>") == html.count("<![endif]-->")
    assert '<meta name="color-scheme" content="light dark">' in html
    assert len(SHIPPED.render("digest", language, full_digest()).html.encode()) < 60_000


def test_the_check_sees_what_is_wrong(page: Page) -> None:
    """A pale word, a wide picture and a small button are found: the tests above look at something."""
    html = (
        '<body style="margin:0"><p style="color:#999">pale</p><img width="500" height="9" alt="">'
        '<a class="button" style="display:inline-block;height:20px">x</a>'
    )
    show(page, html, 360, "light")
    assert too_wide(page)[-1] == "the page"
    for check in (_every_word_can_be_read, _every_link_can_be_hit):
        with pytest.raises(AssertionError):
            check(page)
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)


def _every_word_can_be_read(page: Page) -> None:
    found = texts(page)
    assert found
    faint = [
        (one["words"][:40], round(ratio, 2))
        for one in found
        if (ratio := contrast(tuple(one["colour"]), tuple(one["behind"]))) < _least(one)
    ]
    assert faint == []
    assert min(one["size"] for one in found) >= 12


def _least(text: dict[str, Any]) -> float:
    large = text["size"] >= 24 or (text["size"] >= 18.66 and text["weight"] >= 700)
    return LEAST_FOR_LARGE if large else LEAST_CONTRAST


def _every_link_can_be_hit(page: Page) -> None:
    """Buttons are large enough and do not lie over each other."""
    found = boxes(page, "a.button")
    assert [one["words"] for one in found if min(one["width"], one["height"]) < LEAST_TARGET] == []
    for one, other in itertools.pairwise(found):
        apart = (
            one["x"] + one["width"] <= other["x"]
            or one["y"] + one["height"] <= other["y"]
            or other["x"] + other["width"] <= one["x"]
        )
        assert apart, (one["words"], other["words"])
