"""DNS at the edge: questions with a deadline, answers in the form the core asks for them."""

from inboxd.errors import TransientError

SECONDS_PER_QUESTION = 3.0


def resolve(name: str, rdtype: str) -> tuple[str, ...]:
    """Return the records in presentation form, TXT joined and unquoted; empty when there is none.

    Raises ``TransientError`` when nobody could answer in time.
    """
    # 3 MB that only those need who ask.
    import dns.exception  # noqa: PLC0415  as just said
    import dns.resolver  # noqa: PLC0415  likewise

    try:
        answer = dns.resolver.resolve(name, rdtype, lifetime=SECONDS_PER_QUESTION, raise_on_no_answer=False)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise TransientError(f"no answer for {rdtype} of {name}: {type(error).__name__}") from error
    return tuple(_presented(record, rdtype) for record in answer.rrset or ())


def _presented(record: object, rdtype: str) -> str:
    if rdtype == "TXT":
        strings: tuple[bytes, ...] = getattr(record, "strings", ())
        # RFC 7208 3.3: the strings of one record are joined without spaces.
        return b"".join(strings).decode("utf-8", "replace")
    return str(record)
