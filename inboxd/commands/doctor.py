"""``inboxd doctor``: whether mail really goes out and comes in as it should. It writes to the desk itself, and one alarm."""

import secrets
from collections.abc import Callable, Iterable, Iterator

from inboxd import dns
from inboxd.clock import Clock
from inboxd.commands.doctor_alarm import check_alarm
from inboxd.commands.doctor_desk import check_clock, check_outgoing, check_ports, check_sign_ins, check_store
from inboxd.commands.doctor_imap import check_mailboxes
from inboxd.commands.doctor_spam import check_spam_score
from inboxd.commands.doctor_trip import check_round_trip
from inboxd.commands.printing import print_json, print_table
from inboxd.config import Config
from inboxd.core.dns_answers import Resolve
from inboxd.core.domain_check import check_domain
from inboxd.core.probe import Check
from inboxd.errors import InboxdError


def examine(config: Config, clock: Clock, wait_seconds: float, *, as_json: bool) -> int:
    """Print every check (DESIGN 4.7); return 1 when one of them is not well."""
    checks = tuple(all_checks(config, clock, wait_seconds))
    well = all(one.ok for one in checks)
    if as_json:
        rows = [{"name": one.name, "ok": one.ok, "detail": one.detail} for one in checks]
        print_json({"ok": well, "checks": rows})
    else:
        rows_shown = (("✓" if one.ok else "✗", one.name, one.detail) for one in checks)
        print_table("all is well" if well else "something is wrong", ("", "check", "found"), rows_shown)
    return 0 if well else 1


def all_checks(
    config: Config, clock: Clock, wait_seconds: float, resolve: Resolve = dns.resolve
) -> Iterator[Check]:
    """Yield every check that makes sense for this configuration, cheap ones first."""
    key = secrets.token_hex(8)
    parts: tuple[tuple[str, Callable[[], Iterable[Check]]], ...] = (
        ("store", lambda: check_store(config, clock)),
        ("time service", check_clock),
        ("ports", lambda: check_ports(config, clock)),
        ("sign-in", lambda: check_sign_ins(config, clock)),
        ("outgoing", lambda: check_outgoing(config)),
        ("alarm channel", lambda: check_alarm(config, clock)),
        ("mailbox", lambda: check_mailboxes(config)),
        ("domain", lambda: check_domain(config.desk.domain, resolve)),
        ("round trip", lambda: check_round_trip(config, clock, key, wait_seconds, resolve)),
        ("spam score", lambda: check_spam_score(config, clock)),
    )
    for name, part in parts:
        try:
            yield from part()
        except (InboxdError, OSError) as error:
            yield Check(name, False, str(error))
