"""Pictures in the HTML form of a mail: charts side by side where there is room, below each other on a phone."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from inboxd.core import mail_styles as styles
from inboxd.core.digest_week_view import Picture
from inboxd.core.html_form import value
from inboxd.core.mail_html import escape, park, unpark
from inboxd.core.plain_words import inline

SIGNS = {"bar": "■", "hollow": "□", "line": "●"}
_ALT_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class _Piece:
    """An opening and a closing fragment, with what only Outlook's Word engine reads: it lays out by tables alone."""

    opening: str
    closing: str

    def around(self, content: object) -> Markup:
        return Markup("\n\n{}\n\n{}\n\n{}\n\n").format(
            _parked(self.opening), value(content), _parked(self.closing)
        )


_TILES = _Piece(
    '<!--[if mso]><table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><![endif]-->'
    f'<div class="tiles" style="{styles.TILES}">',
    "</div><!--[if mso]></tr></table><![endif]-->",
)
_TILE = _Piece(
    '<!--[if mso]><td width="50%" valign="top"><![endif]-->'
    f'<div class="tile" style="{styles.TILE}"><div style="{styles.TILE_INSIDE}">',
    "</div></div><!--[if mso]></td><![endif]-->",
)


def tiles(content: object) -> Markup:
    """Return a filter block's tiles in a row; where it is too narrow they stand below each other."""
    return _TILES.around(content)


def tile(content: object) -> Markup:
    """Return a filter block's content as one of two in a row."""
    return _TILE.around(content)


def picture(words: object, shown: Picture | None) -> Markup:
    """Return an image whose alternative text is a filter block's words; the words themselves where there is none.

    The dark variant is only shown by clients that obey ``prefers-color-scheme``; the others never load it.
    """
    if shown is None:
        return Markup("{}\n").format(value(words))
    alt = escape(inline(html.unescape(unpark(str(value(words)))), _ALT_LIMIT))
    size = f'alt="{alt}" width="{shown.width}" height="{shown.height}"'
    light = f'<img class="light" src="cid:{escape(shown.light)}" {size} style="{styles.PICTURE}">'
    dark = (
        f'<img class="dark" src="cid:{escape(shown.dark)}" {size} style="{styles.PICTURE};{styles.HIDDEN}">'
    )
    return Markup("{}\n").format(_parked(f"{light}<!--[if !mso]><!-->{dark}<!--<![endif]-->"))


def legend(entries: Sequence[tuple[str, str, str]]) -> Markup:
    """Return what a chart's colours mean: (label, tone, sign) each; ``KeyError`` for an unknown tone or sign."""
    keys = (
        f'<span class="{escape(tone)}" style="color:{styles.CHART_TONES[tone][0]}">{SIGNS[sign]}</span>'
        f"&nbsp;{escape(inline(label))}"
        for label, tone, sign in entries
    )
    return _parked(f'<span class="muted" style="{styles.MUTED}">{" &nbsp; ".join(keys)}</span>')


def _parked(fragment: str) -> Markup:
    return Markup(park(fragment))  # noqa: S704  every caller has escaped the words in it
