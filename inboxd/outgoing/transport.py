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
    smarthost = Smarthost(
        host=outgoing.host,
        port=outgoing.port,
        tls=outgoing.tls,
        user=outgoing.user,
        password=partial(read_secret, outgoing.password),
        timeout=outgoing.timeout.total_seconds(),
        ehlo_name=config.desk.address.rpartition("@")[2],
    )
    return partial(smtp_client.transmit, smarthost)
