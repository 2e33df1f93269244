"""Our TLS certificate: loaded once, and again when it was renewed; a broken renewal leaves the old one in use."""

import ssl
from pathlib import Path

from inboxd import maillog
from inboxd.errors import PermanentError


class Certificate:
    """A server's TLS context whose certificate follows its files."""

    def __init__(self, cert: Path, key: Path) -> None:
        """Load the files. Raises ``PermanentError`` when they are no certificate and its key."""
        self._cert = cert
        self._key = key
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # RFC 8996: nothing below TLS 1.2.
        self._context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            self._seen = self._state()
            self._load()
        except (OSError, ValueError) as error:
            raise PermanentError(f"{cert} and {key}: {_words(error)}") from error

    @property
    def context(self) -> ssl.SSLContext:
        """Return the context for the next connection, with the certificate as it is on the disk now."""
        try:
            state = self._state()
            if state != self._seen:
                self._seen = state
                self._load()
        except (OSError, ValueError) as error:
            maillog.problem(f"the old certificate stays in use, {self._cert}: {_words(error)}")
        return self._context

    def _load(self) -> None:
        # Into a context of its own first: a certificate without its key must not half replace a good pair.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self._cert, self._key, _no_pass_phrase)
        self._context.load_cert_chain(self._cert, self._key, _no_pass_phrase)

    def _state(self) -> tuple[int, int]:
        return self._cert.stat().st_mtime_ns, self._key.stat().st_mtime_ns


def load_certificate(cert: Path | None, key: Path | None, for_what: str) -> Certificate | None:
    """Return a certificate, or None where there is none; one that cannot be used is told in the log."""
    if cert is None or key is None:
        return None
    try:
        return Certificate(cert, key)
    except PermanentError as error:
        maillog.problem(f"no {for_what}: {error}")
        return None


def _no_pass_phrase() -> str:
    """Give an empty pass phrase: OpenSSL would ask at the terminal for the one of an encrypted key."""
    return ""


def _words(error: Exception) -> str:
    return f"{type(error).__name__} {getattr(error, 'reason', None) or getattr(error, 'strerror', None) or ''}".strip()
