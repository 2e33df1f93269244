"""DMARC (RFC 7489): which policy a From domain has, and whether what passed speaks for that domain."""

from authheaders.dmarc_lookup import DMARCException, answer_to_dict

from inboxd.core.dns_answers import Resolve
from inboxd.core.organizational_domain import is_aligned, organizational_domain
from inboxd.errors import TransientError

MAX_RECORD = 4096


def check_dmarc(from_domain: str, spf_pass: str, dkim_passes: tuple[str, ...], resolve: Resolve) -> str:
    """Return ``pass``, ``fail``, ``none`` (no policy) or ``temperror`` for one From domain.

    ``spf_pass`` is the domain SPF passed for (empty: it did not), ``dkim_passes`` the domains with a valid signature.
    """
    try:
        policy = _policy(from_domain, resolve)
    except TransientError:
        return "temperror"
    if policy is None:
        return "none"
    if any(is_aligned(domain, from_domain, strict=policy.get("adkim") == "s") for domain in dkim_passes):
        return "pass"
    return "pass" if is_aligned(spf_pass, from_domain, strict=policy.get("aspf") == "s") else "fail"


def _policy(from_domain: str, resolve: Resolve) -> dict[str, str] | None:
    """Return the tags of the record of the domain, else of its organisation (RFC 7489 6.6.3); None without one."""
    for domain in dict.fromkeys((from_domain, organizational_domain(from_domain))):
        records = [text for text in resolve(f"_dmarc.{domain}", "TXT") if domain and _is_record(text)]
        # RFC 7489 6.6.3: several records are as good as none.
        if len(records) == 1:
            return _tags(records[0])
    return None


def _is_record(text: str) -> bool:
    return len(text) <= MAX_RECORD and "".join(text.split(";", 1)[0].split()) == "v=DMARC1"


def _tags(record: str) -> dict[str, str] | None:
    try:
        tags: dict[str, str] = answer_to_dict(record)
    except DMARCException:
        return None
    return tags if tags.get("p") in {"none", "quarantine", "reject"} else None
