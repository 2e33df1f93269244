"""DKIM (RFC 6376): the arithmetic is dkimpy's; what it lets pass and must not is checked here."""

import datetime as dt
import logging
import re
from dataclasses import dataclass

from dkim import DKIM
from dkim.canonicalization import CanonicalizationPolicy
from dkim.util import InvalidTagValueList, parse_tag_value

from inboxd.core.dns_answers import Resolve
from inboxd.errors import TransientError

MAX_SIGNATURES = 5  # the topmost ones; each costs a DNS question and a public key operation
MAX_SIGNATURE = 4096
MAX_HEADER_FIELDS = 2000
MAX_SIGNED_FIELDS = 200
MAX_KEY = 1200  # characters of p=: 6,000 bits; arithmetic with larger keys would stop the desk

_ALGORITHMS = {"rsa-sha256": "rsa", "ed25519-sha256": "ed25519"}  # RFC 8301 3.1: rsa-sha1 must not be used
_BLANKS = re.compile(rb"[ \t]+")
_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)  # noqa: LOG001  a bad signature is a result, not a log line


@dataclass(frozen=True, slots=True)
class DkimResult:
    """The RFC 8601 2.7.1 result of one signature and its signing domain (``d=``)."""

    result: str
    domain: str = ""


def check_signatures(raw: bytes, resolve: Resolve, now: dt.datetime) -> tuple[DkimResult, ...]:
    """Return a result for each of the first five signatures, topmost first; empty when there is none.

    Stricter than dkimpy: ``t=s`` keys, expiry, test keys (``t=y``), ``l=`` that leaves part of the body unsigned,
    key restrictions (``h=``, ``s=``) and SHA-1 are no pass.
    """
    try:
        message = DKIM(raw, logger=_SILENT)
    except Exception:  # noqa: BLE001  dkimpy raises IndexError and others on what is no header section
        return ()
    fields = [value for name, value in message.headers if name.lower() == b"dkim-signature"]
    if fields and len(message.headers) > MAX_HEADER_FIELDS:
        return (DkimResult("policy"),)
    checks = (
        _check(message, index, value, resolve, now) for index, value in enumerate(fields[:MAX_SIGNATURES])
    )
    return tuple(checks)


def summary(results: tuple[DkimResult, ...]) -> str:
    """Return one word for all: ``pass`` if any passes, ``temperror`` if any might yet, else the first; or ``none``."""
    said = [result.result for result in results]
    best = next((word for word in ("pass", "temperror") if word in said), None)
    return best or next(iter(said), "none")


def _check(message: DKIM, index: int, value: bytes, resolve: Resolve, now: dt.datetime) -> DkimResult:
    tags = _tags(value)
    if tags is None:
        return DkimResult("permerror")
    domain = tags.get("d", "").lower().rstrip(".")
    objection = _objection(tags, now)
    if objection:
        return DkimResult(objection, domain)
    try:
        record = _key_record(resolve(f"{tags['s']}._domainkey.{domain}", "TXT"), _ALGORITHMS[tags["a"]])
    except TransientError:
        return DkimResult("temperror", domain)
    objection = _key_objection(record, tags) if record else "permerror"
    if objection:
        return DkimResult(objection, domain)
    return DkimResult(_verify(message, index, tags, record), domain)


def _tags(value: bytes) -> dict[str, str] | None:
    """Return the tag list of a signature or key record (RFC 6376 3.2); None when it is none."""
    if len(value) > MAX_SIGNATURE:
        return None
    try:
        return {name.decode("ascii"): said.decode("ascii") for name, said in parse_tag_value(value).items()}
    except (InvalidTagValueList, UnicodeDecodeError, IndexError):
        return None


def _objection(tags: dict[str, str], now: dt.datetime) -> str:
    """Return why a signature is not worth a DNS question (RFC 6376 3.5), or the empty string."""
    if tags.get("v") != "1" or not tags.get("d") or not tags.get("s"):
        return "permerror"
    if tags.get("a") not in _ALGORITHMS:
        return "policy"
    signed = tags.get("h", "").lower().split(":")
    if len(signed) > MAX_SIGNED_FIELDS or "from" not in {name.strip() for name in signed}:
        return "permerror"
    expiry = tags.get("x", "")
    if not expiry:
        return ""
    # dkimpy grants ten hours of grace, by the clock of the machine.
    return "" if _is_number(expiry) and int(expiry) >= now.timestamp() else "fail"


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 12  # noqa: PLR2004  RFC 6376 3.5: twelve digits for x=


def _key_record(records: tuple[str, ...], key_type: str) -> dict[str, str]:
    """Return the first key of the wanted type: a selector may carry one of each (RFC 8463 4.2)."""
    for record in records:
        tags = _tags(record.encode("ascii", "replace"))
        # RFC 6376 3.6.1: v= is optional but comes first and is DKIM1; k= is rsa unless said otherwise.
        if tags and tags.get("v", "DKIM1") == "DKIM1" and tags.get("k", "rsa") == key_type and "p" in tags:
            return tags
    return {}


def _key_objection(key: dict[str, str], tags: dict[str, str]) -> str:
    """Return why this key does not speak for this signature (RFC 6376 3.6.1), or the empty string."""
    public = "".join(key["p"].split())
    if not public or len(public) > MAX_KEY:  # empty: revoked
        return "permerror"
    flags = _words(key.get("t", ""))
    identity = tags.get("i", "@" + tags["d"]).rpartition("@")[2].lower().rstrip(".")
    if "s" in flags and identity != tags["d"].lower().rstrip("."):
        return "permerror"
    if not _words(key.get("h", "sha256")) & {"sha256"} or not _words(key.get("s", "*")) & {"*", "email"}:
        return "permerror"
    return "neutral" if "y" in flags else ""  # a domain in testing is treated as unsigned


def _words(value: str) -> set[str]:
    return {word.strip().lower() for word in value.split(":")}


def _verify(message: DKIM, index: int, tags: dict[str, str], key: dict[str, str]) -> str:
    record = "; ".join(f"{name}={said}" for name, said in key.items()).encode()
    body = message.body
    try:
        canonical = CanonicalizationPolicy.from_c_value(tags.get("c", "simple/simple").encode())
        if canonical.body_algorithm.name == b"relaxed":
            # The same to "relaxed", and it spares dkimpy a search that is quadratic on runs of blanks.
            message.body = _BLANKS.sub(b" ", body)
        if "l" in tags and int(tags["l"]) < len(canonical.canonicalize_body(message.body)):
            return "policy"  # RFC 6376 8.2: anybody may have added the rest
        return "pass" if message.verify(index, dnsfunc=lambda _name, timeout=0: record) else "fail"  # noqa: ARG005
    except Exception:  # noqa: BLE001  dkimpy lets errors of base64, int and nacl through; none of them is a pass
        return "fail"
    finally:
        message.body = body
