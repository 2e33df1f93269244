"""What of an operator's mail goes on to the customer: the words, their mark-up, and what is attached."""

from dataclasses import dataclass, field, replace

from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Attachment, Mail, Written
from inboxd.core.quoting import separate, strip_own
from inboxd.core.relay_html import relay_html
from inboxd.core.relay_parts import part_digests, relay_parts


@dataclass(frozen=True, slots=True)
class Relayed:
    """The mark-up of the relayed text (empty: it goes as text alone) and the attachments that go with it."""

    html: str = ""
    attachments: tuple[Attachment, ...] = field(default=(), repr=False)


def both_texts(sent: Mail) -> tuple[str, ...]:
    """Return the text of a mail of ours and that of its HTML: clients quote the one or the other."""
    return (sent.text, html_to_text(sent.html)) if sent.html else (sent.text,)


def own_words(mail: Mail, sent_texts: tuple[str, ...], shown_texts: tuple[str, ...]) -> Written:
    """Return an operator's mail taken apart, nothing of ours left in its new text, not even in doubt.

    What we wrote to him (tokens, commands, notes) must never reach the customer. ``sent_texts`` and ``shown_texts`` as in
    ``read_relayed``.
    """
    written = separate(mail, sent_texts, (), shown_texts)
    return replace(written, new_text=strip_own(written.new_text, sent_texts, shown_texts))


def read_relayed(
    mail: Mail,
    text: str,
    sent_texts: tuple[str, ...],
    shown_texts: tuple[str, ...],
    sent_mails: tuple[Mail, ...],
) -> Relayed:
    """Return what goes with ``text``, the words of ``mail`` that are relayed.

    ``sent_texts`` and ``sent_mails`` are what we sent to its writer, ``shown_texts`` what the customer knows.
    """
    html = relay_html(mail, text, sent_texts, shown_texts)
    return Relayed(html, relay_parts(mail, html, part_digests(sent_mails)))
