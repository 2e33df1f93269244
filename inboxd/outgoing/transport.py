"""Which transport is configured."""

from functools import partial

from inboxd.config import Config
from inboxd.outgoing import maildir, smtp_client, webhook
from inboxd.outgoing.smtp_client import Smarthost
from inboxd.outgoing.transmit import Parcel, Reply, Transmit
from inboxd.secretsource import read_secret


def make_transport(config: Config) -> Transmit:
    """Return the function that hands one mail to the configured transport, and one webhook to its address."""
    send_mail = _mail_transport(config)

    def transmit(parcel: Parcel) -> Reply:
        return webhook.transmit(parcel) if parcel.kind == webhook.KIND else send_mail(parcel)

    return transmit


def _mail_transport(config: Config) -> Transmit:
    outgoing = config.outgoing
    if outgoing.transport == "maildir":
        return partial(maildir.transmit, outgoing.maildir)
    return partial(smtp_client.transmit, make_smarthost(config))


def make_smarthost(config: Config) -> Smarthost:
    """Return the configured smarthost."""
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
