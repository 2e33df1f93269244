"""How far the sender is proven: by the word of a trusted server, by our own checks, or by a token of ours.

RFC 8601 for what others found out, RFC 7208, 6376 and 7489 for what we find out ourselves when mail comes by SMTP.
Only DMARC, and what is aligned with the From domain, says anything about the person who writes.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import getaddresses

from inboxd.core.auth_results import AuthResults, is_trusted, read_fields
from inboxd.core.dns_answers import Resolve, remember
from inboxd.core.evidence import Evidence
from inboxd.core.mail import Envelope, Mail, SenderAuth
from inboxd.core.organizational_domain import is_aligned
from inboxd.core.spf_policy import check_spf, spf_domain

_DECIDED = frozenset({"pass", "fail"})


@dataclass(frozen=True, slots=True)
class OperatorProof:
    """That a mail is from this operator, what proves it, and for which tickets (None: for all)."""

    operator: str
    by: str
    tickets: frozenset[int] | None = None

    def covers(self, ticket: int) -> bool:
        """Return True when he may command this ticket by this mail."""
        return self.tickets is None or ticket in self.tickets


def read_results(mail: Mail, trusted_authserv_ids: Iterable[str]) -> SenderAuth | None:
    """Return what the topmost Authentication-Results of a trusted server says; None when no such server spoke.

    Only that one field counts: a server removes forged ones under its name when it adds its own (RFC 8601 5), but
    whatever stands below may have come with the mail. ARC (``arc=pass``) does not authenticate the sender; it only
    takes the blame from a DMARC failure that an honest forwarder caused.
    """
    trusted = tuple(trusted_authserv_ids)
    field = next((field for field in read_fields(mail) if is_trusted(field.authserv_id, trusted)), None)
    return None if field is None else _weigh(field, from_domain(mail))


def reported_results(mail: Mail) -> tuple[str, str, str]:
    """Return (spf, dkim, dmarc) as the topmost Authentication-Results reports them, whoever wrote it."""
    field = next(read_fields(mail), None)
    return (
        ("", "", "") if field is None else (field.result("spf"), field.result("dkim"), field.result("dmarc"))
    )


def verify(
    raw: bytes,
    mail: Mail,
    envelope: Envelope,
    *,
    client_ip: str,
    helo: str,
    resolve: Resolve,
    now: dt.datetime,
) -> SenderAuth:
    """Return what SPF, DKIM, DMARC and ARC say about a mail that came to us by SMTP at ``now``; ``authserv_id`` is empty.

    ``resolve`` answers DNS questions, limits their time, and raises ``TransientError`` for those it cannot answer.
    """
    # What checks signatures needs 8 MB; a desk that reads a mailbox has the word of its provider.
    from inboxd.core.arc_chain import check_chain  # noqa: PLC0415  as just said
    from inboxd.core.dkim_signatures import check_signatures, summary  # noqa: PLC0415  likewise
    from inboxd.core.dmarc_policy import check_dmarc  # noqa: PLC0415  likewise

    ask = remember(resolve)
    signatures = check_signatures(raw, ask, now)
    spf = check_spf(client_ip, envelope.reverse_path, helo, ask)
    passed = tuple(signature.domain for signature in signatures if signature.result == "pass")
    spf_passed = spf_domain(envelope.reverse_path, helo) if spf == "pass" else ""
    domain = from_domain(mail)
    dmarc = check_dmarc(domain, spf_passed, passed, ask) if domain else "permerror"
    arc = check_chain(raw, mail, ask)
    said = {"spf": spf, "dkim": summary(signatures), "dmarc": dmarc, "arc": arc}
    if dmarc in _DECIDED:
        return SenderAuth("dmarc", dmarc, dmarc == "pass", "", **said)
    if any(is_aligned(signer, domain) for signer in passed):
        return SenderAuth("dkim", "pass", True, "", **said)
    if is_aligned(spf_passed, domain):
        return SenderAuth("spf", "pass", True, "", **said)
    return SenderAuth("dkim", "fail" if passed else said["dkim"], False, "", **said)


def prove_operator(
    mail: Mail,
    sender_auth: SenderAuth | None,
    operators: tuple[str, ...],
    signed: tuple[Evidence, ...],
    submitter: str = "",
) -> OperatorProof | None:
    """Return the proof that an operator wrote this mail, or None (DESIGN 2.6).

    His address in From proves nothing. It takes our own authenticated submission (``submitter`` is the operator it
    logged in as), DMARC or DKIM from a server we trust, or a token from a mail that went to him alone, which speaks
    for its own ticket only (for all when it belongs to none: the digest).
    """
    operator = mail.from_.key
    # SPF says who relayed, not who wrote: it is no proof.
    if operator not in {address.strip().lower() for address in operators} or not from_domain(mail):
        return None
    if submitter.strip().lower() == operator:
        return OperatorProof(operator, "submission")
    if sender_auth is not None and sender_auth.method in {"dmarc", "dkim"}:
        if sender_auth.authenticated:
            return OperatorProof(operator, sender_auth.method)
        if sender_auth.method == "dmarc" and sender_auth.result == "fail":
            return None  # his own domain says that he did not write it: a token may have been stolen
    tickets = frozenset(evidence.ticket for evidence in signed if evidence.operator == operator)
    return OperatorProof(operator, "token", None if 0 in tickets else tickets) if tickets else None


def from_domain(mail: Mail) -> str:
    """Return the domain of the one author; empty when there are two From fields or authors (RFC 7489 6.6.1)."""
    # As written: a decoded display name may hold commas and addresses that are none.
    fields = [str(field)[:2000] for field in mail.mime.get_all("From", ())]
    addresses = [address for _, address in getaddresses(fields) if address]
    return mail.from_.domain if len(fields) == 1 and len(addresses) <= 1 else ""


def _weigh(field: AuthResults, author: str) -> SenderAuth:
    """Return the strongest word of one field about the author's domain."""
    said = {method: field.result(method) for method in ("spf", "dkim", "dmarc", "arc")}
    if said["dmarc"] in _DECIDED:
        named = {result.domain for result in field.of("dmarc")} - {""}
        aligned = said["dmarc"] == "pass" and bool(author) and named <= {author}
        if said["dmarc"] == "fail" and said["arc"] == "pass":
            return SenderAuth("arc", "pass", False, field.authserv_id, **said)
        return SenderAuth("dmarc", said["dmarc"], aligned, field.authserv_id, **said)
    for method in ("dkim", "spf"):
        passes = (result.domain for result in field.of(method) if result.result == "pass")
        if any(_speaks_for(domain, author) for domain in passes):
            return SenderAuth(method, "pass", True, field.authserv_id, **said)
    return SenderAuth("dkim", said["dkim"] or "none", False, field.authserv_id, **said)


def _speaks_for(domain: str, author: str) -> bool:
    """Return True for the author's domain and those above it: without the policy at hand, subdomains are strangers."""
    return bool(domain) and "." in domain and (author == domain or author.endswith("." + domain))
