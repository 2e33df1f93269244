"""Transmit a rule's webhook: one signed JSON document by HTTP POST, retried like a mail."""

import http.client
import urllib.error
import urllib.request

from inboxd.outgoing.transmit import Outcome, Parcel, Reply

TIMEOUT_SECONDS = 30.0
# RFC 9110 15.5.9 and RFC 6585 4: the server asks for patience; everything else in 4xx stays wrong.
_LATER = frozenset({408, 425, 429})
_SERVER_ERROR = 500


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect would send what a rule meant for one address to another."""

    def redirect_request(self, *_args: object, **_kwargs: object) -> None:
        return None


def transmit(parcel: Parcel) -> Reply:
    """Post the document to the address; the headers (signature, id of the delivery) stand in front of the body."""
    head, _, body = parcel.raw.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode("ascii").split("\r\n"))
    request = urllib.request.Request(parcel.recipients[0], body, headers, method="POST")  # noqa: S310  http(s) only, checked with the rule
    try:
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=TIMEOUT_SECONDS) as response:
            return Reply(Outcome.SENT, f"{response.status} {response.reason}")
    except urllib.error.HTTPError as error:
        error.close()
        later = error.code in _LATER or error.code >= _SERVER_ERROR
        return Reply(Outcome.LATER if later else Outcome.FAILED, f"{error.code} {error.reason}")
    except (OSError, http.client.HTTPException) as error:
        return Reply(Outcome.LATER, f"{type(error).__name__}: {error}"[:300])
