"""``[[intake.form]]``: mails that a machine sends for a person, and where in them he stands."""

from collections.abc import Iterable

from inboxd.core.contact_form import ContactForm
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import AddressText, Text


class FormModel(Outside):
    """``[[intake.form]]``: a contact form; its visitor is its Reply-To, or stands behind the label ``address``."""

    sender: AddressText
    address: Text = ""
    name: Text = ""
    text: Text = ""
    until: Text = ""


def read_forms(models: Iterable[FormModel]) -> tuple[ContactForm, ...]:
    """Return the forms, their labels without the colon people write behind them."""
    return tuple(
        ContactForm(
            one.sender.lower(),
            *(label.strip(" :\uff1a") for label in (one.address, one.name, one.text, one.until)),
        )
        for one in models
    )
