"""A reply as somebody types it in a mail client, and what of it no customer may ever see."""

from mail_clients import CLIENTS
from typed_lines import Typed

from inboxd.core.mail import Mail

SECRETS = (
    "+o",
    "difficult",
    "discount",
    "555 7342",
    "Snooze",
    "Send suggestion",
    "#solved",
    "#tag",
    "#snooze",
    "wrote:",
)
FORMS = [(client, rich) for client in CLIENTS for rich in (True, False) if client.write_html or not rich]


def typed_at(ours: Mail, where: str, words: tuple[str, ...], *, signed: bool, tagged: bool = True) -> Typed:
    """Return a reply with these words in one place, and a command in the first line of what is new."""
    command = ("#tag polar", "") if tagged else ()
    if where == "top":
        return Typed(ours, above=(*command, *words), signed=signed)
    if where == "bottom":
        return Typed(ours, below=(*command, *words), signed=signed)
    return Typed(ours, above=command[:1], between=words, signed=signed)
