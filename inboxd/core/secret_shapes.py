"""Secrets that prove themselves: by the prefix their maker gave them, or by the place they stand at."""

import re
from collections.abc import Iterator

_PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----[^-]{0,20000}(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----)?"
)
_KEYS = re.compile(
    r"""(?<![A-Za-z0-9_-])(?:
    (?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,200}|whsec_[A-Za-z0-9+/=]{20,100}     # Stripe
    |sk-[A-Za-z0-9_-]{20,200}                                                       # OpenAI and others
    |gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255}
    |gl(?:pat|rt|dt|ptt)-[\w-]{15,100}
    |xox[abeoprs]-[A-Za-z0-9-]{10,200}|xapp-[A-Za-z0-9-]{20,200}                    # Slack
    |(?:AKIA|ASIA)[A-Z0-9]{16}                                                      # AWS
    |AIza[\w-]{30,50}|ya29\.[\w-]{15,2000}|1//0[\w-]{20,200}|GOCSPX-[\w-]{20,60}    # Google
    |SG\.[\w-]{15,60}\.[\w-]{15,100}                                                # SendGrid
    |key-[0-9a-f]{32}                                                               # Mailgun
    |npm_[A-Za-z0-9]{30,60}|pypi-[\w-]{16,300}|dckr_pat_[\w-]{20,100}|hf_[A-Za-z0-9]{20,60}
    |shp(?:at|ca|pa|ss)_[0-9a-fA-F]{20,60}|dop_v1_[0-9a-f]{40,80}|ATATT[\w=-]{20,300}
    |\d{8,10}:AA[\w-]{30,40}                                                        # Telegram
    |AGE-SECRET-KEY-1[0-9A-Z]{40,80}
    |eyJ[\w-]{8,2000}\.[\w-]{8,4000}\.[\w-]{0,1000}                                 # a JSON Web Token (RFC 7519)
    )(?![A-Za-z0-9_-])""",
    re.VERBOSE,
)
_SLACK_ADDRESS = re.compile(r"https://hooks\.slack\.com/(?:services|workflows)/(?P<secret>[\w/]{10,200})")
# RFC 3986 3.2.1: user and password before the host; curl's option for the same.
_IN_ADDRESS = re.compile(r"(?<=\w)://[^\s/:@]{1,100}:(?P<secret>[^\s/@]{1,200})@")
_IN_COMMAND = re.compile(r"""\s(?:-u|--user)[ =]['"]?[^\s:'"]{1,100}:(?P<secret>[^\s'"]{1,200})""")
# RFC 6750 2.1, RFC 7617 2
_AUTHORIZATION = re.compile(
    r"(?:(?<![\w-])authorization:\s?(?:bearer|basic|token|digest)\s|\b(?:bearer|basic)\s(?=[\w.~+/=-]{16}))(?P<secret>[\w.~+/=-]{4,4000})",
    re.IGNORECASE,
)
# Behind each the words without which it is not worth looking: every value of the log comes by here.
_SHAPES = (
    (_PRIVATE_KEY, ("private key",)),
    (_SLACK_ADDRESS, ("hooks.slack",)),
    (_IN_ADDRESS, ("://",)),
    (_IN_COMMAND, (" -u", "--user")),
    (_AUTHORIZATION, ("bearer", "basic", "authorization")),
)
_HINTED = re.compile("|".join(re.escape(one) for _, hints in _SHAPES for one in hints))


def shaped_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each such secret of a text begins and ends, in no order; some may lie in others."""
    yield from (found.span() for found in _KEYS.finditer(text))
    lowered = text.lower()
    if not _HINTED.search(lowered):
        return
    for shape, hints in _SHAPES:
        if any(one in lowered for one in hints):
            for found in shape.finditer(text):
                yield found.span("secret" if "secret" in shape.groupindex else 0)
