"""Pictures, legends and tiles in the HTML of a mail."""

import pytest
from markupsafe import Markup
from selectolax.lexbor import LexborHTMLParser

from inboxd.core.digest_week_view import Picture
from inboxd.core.html_form import value
from inboxd.core.html_pictures import legend, picture, tile, tiles
from inboxd.core.mail_html import markdown_to_html
from inboxd.core.text_form import legend as legend_in_text

SHOWN = Picture("a-light@acme.test", "a-dark@acme.test", 264, 150)
HOSTILE = '"><script>alert(1)</script> onerror=x'


def html(markdown: object) -> LexborHTMLParser:
    """Return the page that this Markdown becomes."""
    return LexborHTMLParser(markdown_to_html(str(markdown)))


def test_a_picture_has_its_words_as_alternative() -> None:
    """Both variants carry the words, one of them hidden until the page is dark; a stranger's mark-up stays words."""
    images = html(picture(value(HOSTILE), SHOWN)).css("img")
    assert [one.attributes["src"] for one in images] == ["cid:a-light@acme.test", "cid:a-dark@acme.test"]
    assert {one.attributes["alt"] for one in images} == {HOSTILE}
    assert "display:none" in str(images[1].attributes["style"])
    assert not html(picture(value(HOSTILE), SHOWN)).css("script")


def test_without_a_picture_its_words_are_read() -> None:
    """What could not be drawn is told in words."""
    page = html(picture("Mon 16: 14 came", None))
    assert not page.css("img")
    assert "Mon 16: 14 came" in page.body.text()  # type: ignore[union-attr]


def test_a_legend_says_what_the_colours_mean() -> None:
    """Each label stands behind its sign; colours and signs nobody knows are a mistake; in plain text there is none."""
    page = html(legend([("came", "first", "bar"), ("<b>half</b>", "third", "line")]))
    assert page.body.text().split() == ["■", "came", "●", "<b>half</b>"]  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        legend([("came", "ninth", "bar")])
    assert legend_in_text([("came", "first", "bar")]) == ""


def test_tiles_close_as_they_open() -> None:
    """Two tiles in a row are whole blocks, not inside paragraphs, with the table that only Outlook reads around them."""
    made = markdown_to_html(str(tiles(tile(Markup("**left**")) + tile("right"))))
    assert made.count("<div") == made.count("</div>") == 5
    assert made.count("<!--[if mso]>") == made.count("<![endif]-->") == 6
    assert "<p" not in made.split("left")[0].rpartition("<div")[0]
    assert [one.text().strip() for one in LexborHTMLParser(made).css(".tile")] == ["left", "right"]
