"""What tells one set of promises from another: edited hours, targets, policies or steps move due times."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

from inboxd.core.schedule import SlaTerms


def fingerprint(terms: SlaTerms) -> str:
    """Return the same 32 hex digits for the same terms, in whatever order sets and tables were filled."""
    return hashlib.sha256(_said(terms).encode()).hexdigest()[:32]


def _said(value: object) -> str:
    if is_dataclass(value):
        return f"({' '.join(f'{one.name}={_said(getattr(value, one.name))}' for one in fields(value))})"
    if isinstance(value, Mapping):
        return f"{{{' '.join(sorted(f'{_said(key)}:{_said(inner)}' for key, inner in value.items()))}}}"
    if isinstance(value, frozenset):
        return f"<{' '.join(sorted(map(_said, value)))}>"
    if isinstance(value, tuple):
        return f"[{' '.join(map(_said, value))}]"
    return value.isoformat() if isinstance(value, dt.date) else repr(value)
