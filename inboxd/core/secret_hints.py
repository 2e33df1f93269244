"""Whether a text has any of the words without which nobody names a secret in it (``core/named_secrets.py``).

Nearly every value of the log has none: whoever asks here first need not even load what looks for the secrets themselves.
"""

import re

from inboxd.core import secret_words as words

_HINTED = re.compile(
    "|".join(
        map(
            re.escape,
            (
                *words.HINTS,
                *words.IDEOGRAPHIC_HINTS,
                *words.CODE_HINTS,
                *words.IDEOGRAPHIC_CODE_HINTS,
                *words.ACCOUNT_HINTS,
            ),
        )
    )
)


def hints_at_secret(text: str) -> bool:
    """Return whether it is worth looking for named secrets; False is sure."""
    return _HINTED.search(text.lower()) is not None
