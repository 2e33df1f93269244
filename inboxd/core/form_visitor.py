"""A contact form's mail, read as if its visitor had written it himself.

A form, a voicemail or a text message by mail comes from a machine; the person stands in it, beside a label such as
``E-mail:``. Only for the senders that the operator names, so that nobody else chooses who he is.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

from inboxd.core.address_list import read_addresses
from inboxd.core.contact_form import ContactForm
from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Address, Mail

_LONGEST_VALUE = 320
_MOST_LINES = 20_000
# What forms put between a label and its value, and around the label.
_SIGNS = " \t*_#>|:-=\u00a0\uff1a"
_BETWEEN = re.compile(r"[ \t\u00a0*_]{0,9}(?:[:=|\t\uff1a]|$)[ \t\u00a0*_:]{0,9}")


def as_visitor(mail: Mail, forms: Collection[ContactForm]) -> Mail:
    """Return the mail of a form with its visitor as Reply-To and his words as text; any other mail as it is.

    What the form does not say is left as it came: a person then sees the whole mail.
    """
    form = next((one for one in forms if one.is_from(mail.from_.key)), None)
    if form is None:
        return mail
    labels = tuple(one for one in (form.address, form.name, form.text) if one)
    lines = _lines(mail, labels)
    visitor = _visitor(form, lines)
    if visitor is not None:
        mail = replace(mail, reply_to=(visitor,))
    words = _words(lines, form, labels) if form.text or form.until else ""
    return replace(mail, text=words, plain=words, html="") if words else mail


def _lines(mail: Mail, labels: tuple[str, ...]) -> list[str]:
    """Return the lines of the text; where it has not all labels, those of the HTML with its tables kept apart."""
    lines = mail.text.splitlines()[:_MOST_LINES]
    if not mail.html or all(any(_behind(line, label) is not None for line in lines) for label in labels):
        return lines
    return html_to_text(mail.html, between_cells="\t").splitlines()[:_MOST_LINES]


def _visitor(form: ContactForm, lines: list[str]) -> Address | None:
    """Return who filled in the form; None without an address one can write to."""
    if not form.address:
        return None
    found = read_addresses(_value(lines, form.address).strip(_SIGNS))
    if not found:
        return None
    name = _value(lines, form.name).strip(_SIGNS) if form.name else ""
    return Address(name or found[0].display_name, found[0].addr_spec)


def _value(lines: list[str], label: str) -> str:
    """Return what stands beside a label, or on the next line that says anything."""
    for number, line in enumerate(lines):
        rest = _behind(line, label)
        if rest is None:
            continue
        following = (one.strip() for one in lines[number + 1 :])
        return (rest or next((one for one in following if one), ""))[:_LONGEST_VALUE]
    return ""


def _words(lines: list[str], form: ContactForm, labels: tuple[str, ...]) -> str:
    """Return everything behind the label of the words up to the next one, or to where the form speaks again.

    Without that label they begin with the mail.
    """
    if not form.text:
        return "\n".join(_until(lines, labels, form.until.casefold())).strip()
    for number, line in enumerate(lines):
        rest = _behind(line, form.text)
        if rest is not None:
            return "\n".join((rest, *_until(lines[number + 1 :], labels, form.until.casefold()))).strip()
    return ""


def _until(lines: list[str], labels: tuple[str, ...], end: str) -> Iterator[str]:
    for line in lines:
        beginning = line[: _LONGEST_VALUE + len(end)].lstrip(_SIGNS).casefold()
        if (end and beginning.startswith(end)) or any(_behind(line, label) is not None for label in labels):
            return
        yield line


def _behind(line: str, label: str) -> str | None:
    """Return what stands behind a label on its line; None where the line does not begin with it."""
    beginning = line[: _LONGEST_VALUE + len(label)].lstrip(_SIGNS)
    if beginning[: len(label)].casefold() != label.casefold():
        return None
    found = _BETWEEN.match(beginning, len(label))
    if found is None:
        return None
    at = line.index(beginning) + found.end() if beginning else 0
    return line[at:].strip()
