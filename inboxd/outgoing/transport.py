"""Which transport is configured."""

from functools import partial
from typing import TYPE_CHECKING

from inboxd.config import Config
from inboxd.outgoing.transmit import HOOK, WEBHOOK, Parcel, Reply, Transmit
from inboxd.secretsource import read_secret

if TYPE_CHECKING:
    from inboxd.outgoing.smtp_client import Smarthost


def make_transport(config: Config) -> Transmit:
    """Return the function that hands one mail to the configured transport, one webhook to its address, and one hook to its program."""
    send_mail = _mail_transport(config)

    def transmit(parcel: Parcel) -> Reply:
        if parcel.kind == HOOK:
            from inboxd.outgoing import hook  # noqa: PLC0415  as below

            return hook.transmit(config.hooks, parcel)
        if parcel.kind != WEBHOOK:
            return send_mail(parcel)
        from inboxd.outgoing import webhook  # noqa: PLC0415  few desks have one, and what speaks HTTP is a megabyte

        return webhook.transmit(parcel)

    return transmit


def _mail_transport(config: Config) -> Transmit:
    outgoing = config.outgoing
    if outgoing.transport == "maildir":
        from inboxd.outgoing import maildir  # noqa: PLC0415  one of the two

        return partial(maildir.transmit, outgoing.maildir)
    from inboxd.outgoing import smtp_client  # noqa: PLC0415  the other

    return partial(smtp_client.transmit, make_smarthost(config))


def make_smarthost(config: Config) -> "Smarthost":
    """Return the configured smarthost."""
    from inboxd.outgoing.smtp_client import Smarthost  # noqa: PLC0415  as above

    outgoing = config.outgoing
    return Smarthost(
        host=outgoing.host,
        port=outgoing.port,
        tls=outgoing.tls,
        user=outgoing.user,
        password=partial(_secret, config),
        timeout=outgoing.timeout.total_seconds(),
        ehlo_name=config.desk.address.rpartition("@")[2],
        mechanism=outgoing.oauth2.mechanism if outgoing.oauth2 else "",
    )


def _secret(config: Config) -> str:
    """Return the password, or a fresh access token."""
    if config.outgoing.oauth2 is None:
        return read_secret(config.outgoing.password)
    from inboxd.oauth import access_token  # noqa: PLC0415  a desk with passwords need not pay for the library

    return access_token(config.outgoing.oauth2)
