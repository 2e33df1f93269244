"""Who may enter which ticket (DESIGN 2.5): its participants, proven operators, and whoever holds a token."""

from dataclasses import dataclass

from inboxd.core.authenticate import OperatorProof
from inboxd.core.evidence import By, Evidence
from inboxd.core.known_tickets import KnownTicket
from inboxd.core.mail import SenderAuth
from inboxd.core.own_addresses import OwnAddresses

# Only the mail system that was given our mail can send it back, from whatever address it likes.
_RETURNED = frozenset({By.RETURN_PATH, By.RETURNED_ID})
# By what mails of the past say themselves that they belong together.
_THREADED = frozenset({By.STORED_ID, By.EARLY_REPLY, By.SHARED_REFERENCE, By.CONVERSATION})
# Stands on the ticket, and may not write to it: no participant.
BYSTANDER = "bystander"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes, as proven: ``proof`` for an operator, ``is_machine`` for automatic mail and bounces.

    ``is_history``: the mail was history when it came, and nobody sees a word because of it.
    """

    address: str
    auth: SenderAuth | None = None
    proof: OperatorProof | None = None
    is_machine: bool = False
    is_history: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """Who may enter which ticket."""

    sender: Sender
    own_addresses: OwnAddresses
    operators: frozenset[str]

    def role(self, evidence: Evidence, ticket: KnownTicket) -> str:
        """Return the role the sender joins in; empty when he may not."""
        if evidence.by in _RETURNED and (self.sender.is_machine or not self._claims_desk()):
            return "participant"
        if self.sender.proof is not None:
            return "operator" if self.sender.proof.covers(evidence.ticket) else ""
        if evidence.operator or self._claims_desk():
            return ""
        if self._is_participant(ticket):
            return "customer" if self.sender.address == ticket.customer else "participant"
        if self._proves_alone(evidence):
            return "participant"
        return BYSTANDER if self._is_past(evidence, ticket) else ""

    def _is_past(self, evidence: Evidence, ticket: KnownTicket) -> bool:
        """Return True for a mail of the past in a conversation of the past: it stands where its references say."""
        return self.sender.is_history and ticket.status == "closed" and evidence.by in _THREADED

    def _claims_desk(self) -> bool:
        """Return True for an operator's or the desk's own address without proof: that is a forgery."""
        return self.sender.address in self.operators or self.sender.address in self.own_addresses

    def _is_participant(self, ticket: KnownTicket) -> bool:
        auth = self.sender.auth
        # A From that its own domain disowns (RFC 7489 6.6.2) is nobody's.
        disowned = auth is not None and auth.method == "dmarc" and auth.result == "fail"
        return bool(self.sender.address) and self.sender.address in ticket.participants and not disowned

    def _proves_alone(self, evidence: Evidence) -> bool:
        if evidence.by is By.SIGNED_ID:
            # Where the provider has no plus addresses the Message-ID does the reply address's work (DESIGN 4.6).
            return not self.own_addresses.delimiter
        # An id in a header anybody may have copied; the address itself has to be given.
        return evidence.by is By.REPLY_ADDRESS
