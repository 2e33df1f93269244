"""What the DNS must say about the desk's domain so that its mail is let in elsewhere: MX, SPF, DKIM, DMARC."""

from inboxd.core.dns_answers import Resolve
from inboxd.core.mail import Mail
from inboxd.core.organizational_domain import is_aligned, organizational_domain
from inboxd.core.probe import Check
from inboxd.core.spf_record import is_spf_record
from inboxd.errors import TransientError

# RFC 6761 6 and RFC 2606: names that are nobody's, for trying things out.
_RESERVED = ("test", "example", "invalid", "localhost", "example.com", "example.net", "example.org")
_MAX_TAG = 253


def check_domain(domain: str, resolve: Resolve) -> tuple[Check, ...]:
    """Return the checks of a domain's records; one that is only for trying out has none."""
    if not domain or any(domain == name or domain.endswith(f".{name}") for name in _RESERVED):
        return (Check("domain", True, f"{domain} is a name for trying things out: no records to look at"),)
    return (_mx(domain, resolve), _spf(domain, resolve), _dmarc(domain, resolve))


def check_dkim(mail: Mail, domain: str, resolve: Resolve) -> Check:
    """Return whether our own mail came signed by our domain, with a key that is published (RFC 6376 3.6.2)."""
    name = "dkim signature"
    signers = [(tags.get("d", ""), tags.get("s", "")) for tags in map(_tags, mail.headers("DKIM-Signature"))]
    own = next(((d, s) for d, s in signers if d and s and is_aligned(d, domain)), None)
    if own is None:
        others = ", ".join(sorted({d for d, _ in signers if d})) or "nobody"
        return Check(name, False, f"signed by {others}, not by {domain}: switch DKIM on at the smarthost")
    key = f"{own[1]}._domainkey.{own[0]}"
    if not key.isascii() or len(key) > _MAX_TAG:
        return Check(name, False, "its selector is no name")
    try:
        found = any("p=" in text.replace(" ", "") for text in resolve(key, "TXT"))
    except TransientError as error:
        return Check(name, False, str(error))
    return Check(name, found, f"{key} is published" if found else f"{key} is missing in the DNS: publish it")


def _mx(domain: str, resolve: Resolve) -> Check:
    try:
        hosts = resolve(domain, "MX")
    except TransientError as error:
        return Check("mx record", False, str(error))
    # RFC 7505: a lone "0 ." takes no mail.
    usable = [host for host in hosts if host.split()[-1:] != ["."]]
    detail = (
        f"{len(usable)} mail servers"
        if usable
        else f"{domain} names no mail server: nobody can write to the desk"
    )
    return Check("mx record", bool(usable), detail)


def _spf(domain: str, resolve: Resolve) -> Check:
    name = "spf record"
    try:
        records = [text for text in resolve(domain, "TXT") if is_spf_record(text)]
    except TransientError as error:
        return Check(name, False, str(error))
    if len(records) > 1:
        return Check(name, False, f"{domain} has {len(records)} SPF records: RFC 7208 3.2 allows one")
    return Check(
        name, bool(records), records[0][:200] if records else f"{domain} has none: publish who may send"
    )


def _dmarc(domain: str, resolve: Resolve) -> Check:
    name = "dmarc record"
    for place in dict.fromkeys((domain, organizational_domain(domain))):
        try:
            found = [
                text for text in resolve(f"_dmarc.{place}", "TXT") if text.strip().startswith("v=DMARC1")
            ]
        except TransientError as error:
            return Check(name, False, str(error))
        if found:
            return Check(name, len(found) == 1, f"at {place}: {found[0][:200]}")
    return Check(
        name, False, f'{domain} has none: large providers refuse such mail; begin with "v=DMARC1; p=none"'
    )


def _tags(field: str) -> dict[str, str]:
    """Return the tags of a signature (RFC 6376 3.2); of a tag written twice the last."""
    pairs = (part.partition("=") for part in field[:10_000].split(";"))
    return {name.strip(): "".join(value.split()).lower() for name, _, value in pairs}
