"""A contact form as a value: which sender, and where the person stands in what it sends (``core/form_visitor.py``)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A form by the address it sends from, and the labels before the visitor's address, his name and what he wrote.

    Without the label of the address the visitor is whoever Reply-To names; without that of the text it is all of it.
    ``until`` begins the line before which his words end, where another field or the form's own words follow.
    ``*@sms.test`` as ``sender`` is every address there: a gateway has one for each number.
    """

    sender: str
    address: str = ""
    name: str = ""
    text: str = ""
    until: str = ""

    def is_from(self, address: str) -> bool:
        """Return whether the form sends from an address (in lower case)."""
        return self.sender == address or (self.sender[:2] == "*@" and address.endswith(self.sender[1:]))
