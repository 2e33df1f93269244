import collections
import json
import os
from pathlib import Path
from typing import Any

import pytest

from inboxd.core.admission import Sender
from inboxd.core.evidence import message_id_key
from inboxd.core.fingerprint import fingerprint
from inboxd.core.known_tickets import KnownTicket, KnownTickets
from inboxd.core.mail import Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.participants import participants
from inboxd.core.thread import Candidates, candidates, choose
from inboxd.core.tokens import Tokens

CORPORA = Path(os.environ.get("INBOXD_CORPORA", Path(__file__).parents[2] / "../shared/corpora")).resolve()
OWN = OwnAddresses(frozenset({"desk@judge.test"}))
OPERATORS = ("ada@judge.test",)
TOKENS = Tokens(b"a secret of the test")
# A mail that strangers join, and one where the sources themselves disagree: decided otherwise on purpose.
SKIPPED_TAGS = {"contested", "other-sender"}

pytestmark = pytest.mark.corpora


class Desk:
    """A desk whose store is three dictionaries."""

    def __init__(self) -> None:
        self.tickets = {}
        self.references = collections.defaultdict(dict)
        self.seen = {}

    def receive(self, raw: bytes) -> tuple[int | None, int | None]:
        """Return (ticket, None), or (None, duplicate) for a mail that came before."""
        known = self.seen.setdefault(fingerprint(raw), len(self.seen))
        if known != len(self.seen) - 1:
            return None, known
        mail = parse(raw)
        found = candidates(
            mail, Envelope("", ("desk@judge.test",)), TOKENS, own_addresses=OWN, operators=OPERATORS
        )
        references = {
            key: tuple(self.references[key].items()) for key in found.message_ids if key in self.references
        }
        knowledge = KnownTickets(tickets=self.tickets, references=references)
        sender = Sender(mail.from_.key)
        threading = choose(found, knowledge, mail, sender=sender, own_addresses=OWN, operators=OPERATORS)
        number = threading.ticket or len(self.tickets) + 1
        self._file(mail, found, number)
        return number, None

    def _file(self, mail: Mail, found: Candidates, number: int) -> None:
        ticket = self.tickets.get(number) or KnownTicket(number, "new", mail.from_.key, frozenset())
        people = ticket.participants | {address.key for address in participants(mail, OWN)}
        self.tickets[number] = KnownTicket(
            number, ticket.status, ticket.customer, people, (*ticket.subjects, mail.subject)
        )
        for key in found.references:
            self.references[key].setdefault(number, "named")
        if key := message_id_key(mail.message_id):
            self.references[key][number] = "seen"


def _groups() -> list[Any]:
    try:
        lines = (CORPORA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return [pytest.param(None, id="missing")]
    groups = collections.defaultdict(list)
    for case in map(json.loads, filter(str.strip, lines)):
        if case["kind"] == "thread" and not SKIPPED_TAGS & set(case["tags"]):
            groups[case.get("group") or case["id"]].append(case)
    return [
        pytest.param(sorted(cases, key=lambda case: case["seq"]), id=name) for name, cases in groups.items()
    ]


@pytest.mark.parametrize("cases", _groups())
def test_group(cases: list[dict[str, Any]] | None) -> None:
    """Every mail of the group joins the one it must join, and no other."""
    if cases is None:
        pytest.skip(f"THE CASE COLLECTION IS MISSING: {CORPORA} (set INBOXD_CORPORA)")
    desk, first, received = Desk(), {}, []
    for case in cases:
        number, duplicate = desk.receive((CORPORA / case["path"]).read_bytes())
        received.append(case["id"])
        if duplicate is not None:
            assert case["expect"].get("duplicate_of") == received[duplicate]
            continue
        joined = first.setdefault(number, case["id"])
        expected = case["expect"].get("joins") or case["id"]
        assert joined == expected
