"""What an operator types into a reply, and the mail of ours that he answers, as his client sees it."""

import html
from dataclasses import dataclass, field
from html.parser import HTMLParser

from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Mail

SIGNATURE = ("Ada Lovelace", "Private line: 030 555 7342")


@dataclass(frozen=True, slots=True)
class Typed:
    """What the operator types into a reply to ``ours``: lines above, between and below the quotation.

    ``rich`` replaces lines by mark-up of the same words; ``picture`` is pasted below the lines above.
    """

    ours: Mail
    above: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    signed: bool = False
    rich: dict[str, str] = field(default_factory=dict)
    picture: bytes = b""

    @property
    def quoted_html(self) -> str:
        """Return the body of our HTML as clients that have no ``body`` of their own for it quote it."""
        return self.ours.html.partition("<body")[2].partition(">")[2].partition("</body>")[0]

    @property
    def quoted_text(self) -> list[str]:
        """Return our mail as clients quote it that read the HTML and write plain text."""
        return html_to_text(self.ours.html).splitlines()

    @property
    def who(self) -> str:
        """Return our From field as clients print it."""
        return f"{self.ours.from_.display_name} <{self.ours.from_.addr_spec}>"

    def line(self, text: str) -> str:
        """Return the mark-up of one line."""
        return self.rich.get(text, html.escape(text, quote=False))

    def halves(self, *, parted: bool = False) -> tuple[str, str]:
        """Return our HTML in two, cut behind the customer's words: where an operator answers between the lines.

        ``parted`` as editors do it that split the quotation in two: all elements are ended, and begun again.
        """
        head, said, tail = self.quoted_html.partition('<div class="said"')
        words, end, rest = tail.partition("</div>")
        top = f"{head}{said}{words}{end}"
        if not parted:
            return top, rest
        elements = _Elements()
        elements.feed(top)
        ends = "".join(f"</{tag}>" for tag, _ in reversed(elements.open))
        return top + ends, "".join(source for _, source in elements.open) + rest


class _Elements(HTMLParser):
    """The elements that are open at the end of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, _attributes: list[tuple[str, str | None]]) -> None:
        """Remember an element that has an end."""
        if tag not in {"br", "hr", "img", "meta"}:
            self.open.append((tag, self.get_starttag_text() or ""))

    def handle_endtag(self, tag: str) -> None:
        """Forget it."""
        assert self.open.pop()[0] == tag
