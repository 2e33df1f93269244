"""Generated replies, read by the core alone: the customer gets every new word and none of anything else."""

import datetime as dt
import os
import textwrap

from hypothesis import given, settings
from hypothesis import strategies as st
from mail_clients import Client, reply
from typed_lines import Typed
from typed_replies import FORMS, SECRETS, typed_at

from inboxd.core.bare_signature import without_bare_signature
from inboxd.core.commands import read_commands
from inboxd.core.compose import OutgoingMail, compose
from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Address, Mail
from inboxd.core.mail_kind import Kind
from inboxd.core.mailto import ticket_actions
from inboxd.core.parse import parse
from inboxd.core.relay import both_texts, own_words, read_relayed
from inboxd.core.tokens import Tokens
from inboxd.core.view_parts import ArticleView, CustomerView, DeskView, MessageView, TicketView
from inboxd.core.views import NotificationView, RelayView
from inboxd.templating import Templates

# The core alone is asked, so that a thousand replies take seconds.
EXAMPLES = int(os.environ.get("INBOXD_ROUND_TRIPS", "150"))
NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
TOKENS = Tokens(b"a secret of this test, 32 bytes.")
ASKED = "invoice billing printer restart settings daemon refund account zeppelin network".split()
HIDDEN = "gullible overcharged lawsuit bankrupt liar swindle".split()
ANSWERED = "maple river thunder seven orange window gentle copper lantern meadow violet naïve 你好".split()
TEMPLATES = Templates.load(None, "en")
MARKS = ("> ", ">", "| ", "    ", "")


def lines_of(words: list[str], least: int, most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Return lines of two to eight words, each at most once."""
    line = st.lists(st.sampled_from(words), min_size=2, max_size=8).map(" ".join)
    return st.lists(line, min_size=least, max_size=most, unique=True).map(tuple)


@st.composite
def exchanges(draw: st.DrawFn) -> tuple[Typed, Client, bool, tuple[str, ...], str]:
    """Return what is typed into a reply, in which client, the lines the customer should get, and what he had asked."""
    asked = "\n".join(draw(lines_of(ASKED, 1, 5)))
    ours = notification(asked, " ".join(draw(lines_of(HIDDEN, 1, 2))))
    written = draw(lines_of(ANSWERED, 1, 4))
    where = draw(st.sampled_from(["top", "bottom", "inline"]))
    typed = typed_at(ours, where, written, signed=draw(st.booleans()), tagged=draw(st.booleans()))
    client, rich = draw(
        st.sampled_from([*FORMS, *((careless(mark, draw(st.integers(50, 90))), False) for mark in MARKS)])
    )
    return typed, client, rich, written, asked


def careless(mark: str, width: int) -> Client:
    """Return a client that quotes in an odd way: marks nobody else uses or none, and lines of any width."""

    def write(typed: Typed) -> str:
        quoted = [
            mark + one
            for line in typed.ours.plain.splitlines()
            for one in (textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""])
        ]
        middle = next(at for at, line in enumerate(quoted) if "Customer" in line)
        body = [*quoted[:middle], *(("", *typed.between, "") if typed.between else ()), *quoted[middle:]]
        attribution = f"On Mon, 16 Nov 2026 at 11:00, {typed.who} wrote:"
        return "\n".join((*typed.above, "", attribution, "", *body, "", *typed.below)) + "\n"

    return Client(f"careless {mark!r}", None, write)


def notification(asked: str, note: str) -> Mail:
    """Return a notification with a customer's words, a note, a suggestion and every button."""
    address = TOKENS.operator_address("support@acme.test", 1, "ada@acme.test")
    view = NotificationView(
        DeskView("Acme Support", "support@acme.test", "Europe/Berlin"),
        NOW,
        TicketView(1, "Zeppelins", "open", "high", ("air",)),
        CustomerView("Eve Sand", "eve@sand.example"),
        MessageView("Eve Sand", NOW, asked),
        ticket_actions(address, "Re: [#1] Zeppelins", suggestion=True),
        suggestion=ArticleView(
            "offline", "Working offline", "Everything works **offline** for 30 days.", 0.6
        ),
        sent="acknowledgement",
        thread=(MessageView("Ada", NOW, note, "note"),),
        why="new questions are told (rules/20.toml:3)",
    )
    rendered = TEMPLATES.render("notification", "en", view)
    mail = OutgoingMail(
        kind=Kind.NOTIFICATION,
        from_=Address("Acme Support", "support@acme.test"),
        to=(Address("Ada", "ada@acme.test"),),
        subject=rendered.subject,
        text=rendered.text,
        message_id=TOKENS.message_id(ticket=1, outbox=2, domain="acme.test", operator="ada@acme.test"),
        date=NOW,
        automatic=True,
        html=rendered.html,
        reply_to=Address("Acme Support", address),
    )
    return parse(compose(mail))


def relay_of(ours: Mail, raw: bytes, shown: tuple[str, ...]) -> tuple[str, str]:
    """Return text and HTML of the mail to the customer that follows from the reply (as ``gather`` reads it)."""
    mail, sent = parse(raw), both_texts(ours)
    block = without_bare_signature(read_commands(own_words(mail, sent, shown).new_text), mail.from_)
    assert block.may_relay
    relayed = read_relayed(mail, block.rest, sent, shown, (ours,))
    desk = DeskView("Acme Support", "support@acme.test", "Europe/Berlin")
    view = RelayView(desk, NOW, TicketView(1, "Zeppelins"), "Ada", block.rest, relayed.html)
    rendered = TEMPLATES.render("relay", "en", view)
    return rendered.text, rendered.html


@settings(max_examples=EXAMPLES, deadline=None)
@given(exchanges())
def test_no_generated_reply_leaks(case: tuple[Typed, Client, bool, tuple[str, ...], str]) -> None:
    """Whatever is asked, noted and answered in whatever client: every word of the answer, and none of anything else."""
    typed, client, rich, written, asked = case
    text, html = relay_of(typed.ours, reply(client, typed, rich=rich), (asked,))

    assert text.split() == " ".join(written).split()
    assert html_to_text(html).split() == " ".join(written).split()
    assert not [secret for secret in (*SECRETS, *HIDDEN) if secret in text or secret in html]
