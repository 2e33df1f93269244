"""One IMAP connection: the few commands reading a folder needs, every failure as one of two errors.

IMAPClient takes apart what a foreign server says; whatever it raises over that is no fault of this program.
"""

import contextlib
import datetime as dt
import re
import ssl
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from imapclient import IMAPClient
from imapclient.exceptions import (
    IMAPClientAbortError,
    IMAPClientError,
    IMAPClientReadOnlyError,
    LoginError,
)

from inboxd import __version__
from inboxd.configintake import ImapAccount
from inboxd.core.folder_walk import FolderState, Listed, Window
from inboxd.errors import PermanentError, TransientError
from inboxd.intake.imap_answers import is_octets, listed, tells_of_mail
from inboxd.intake.imap_changes import Changes, ask_for_news, fetch_changes
from inboxd.intake.imap_client import PlainClient
from inboxd.redaction import redacted
from inboxd.secretsource import read_secret

# RFC 2683 3.2.1.5: a server should take command lines of 8,000 octets; 200 UIDs are 2,200 at most.
_MOST_UIDS = 200
# How long a waiting connection sleeps before it looks whether the desk is being stopped.
_SLICE_SECONDS = 1.0
# RFC 5530 and the words of large providers: it is the server that cannot now, not this mail.
_NOT_NOW = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "OVERQUOTA", "THROTTLED", "CONTACTADMIN", "EXPIRED"})
_RESPONSE_CODE = re.compile(r"\[([A-Z-]{1,40})[ \]]")
_MOST_WORDS = 300


class ConnectionLostError(TransientError):
    """The connection is of no use any more: connect again, later."""


class NotNowError(TransientError):
    """The server cannot now, whatever is asked: try again later."""


class RefusedError(PermanentError):
    """The server said no to one command; the connection is as good as before."""


class Session:
    """A logged-in connection; close it when done.

    Every method may raise ``ConnectionLostError``, ``NotNowError`` (both transient) and ``RefusedError``.
    """

    def __init__(self, client: IMAPClient) -> None:
        self._client = client
        self._tells_gone = False
        self._healthy = True

    @property
    def can_idle(self) -> bool:
        """Return whether the server tells news by itself (RFC 2177)."""
        with self._speaking("CAPABILITY"):
            return bool(self._client.has_capability("IDLE"))

    def ask_for_news(self) -> None:
        """Let the server tell by UID which mails are gone, where it can (QRESYNC, RFC 7162); before the first folder."""
        with contextlib.suppress(RefusedError, NotNowError), self._speaking("ENABLE"):
            self._tells_gone = ask_for_news(self._client)

    def select(self, folder: str, *, readonly: bool) -> FolderState:
        """Open a folder and return its state."""
        with self._speaking(f"SELECT {folder}"):
            said = self._opened(folder, readonly=readonly)
            if b"UIDNEXT" not in said:
                # RFC 2060 servers need not say it here.
                said |= self._client.folder_status(folder, ["UIDNEXT"])
            if b"UIDVALIDITY" not in said:
                raise RefusedError(
                    f"{folder} has no lasting UIDs (RFC 9051 2.3.1.1): it cannot be read safely"
                )
            modseq = said.get(b"HIGHESTMODSEQ", 0)
            # NOMODSEQ (RFC 7162 3.1.2.2) or anything else is no number.
            modseq = modseq if isinstance(modseq, int) else 0
            return FolderState(int(said[b"UIDVALIDITY"]), int(said[b"UIDNEXT"]), modseq)

    def search(self, window: Window) -> tuple[int, ...]:
        """Return the UIDs that are there in a range, ascending."""
        with self._speaking("SEARCH"):
            found = self._client.search(["UID", f"{window.first}:{window.last}"])
            return tuple(sorted(uid for uid in found if window.first <= uid <= window.last))

    def search_since(self, day: dt.date, first: int) -> tuple[int, ...]:
        """Return the UIDs from ``first`` on that arrived on that day or later (INTERNALDATE by the server's calendar)."""
        with self._speaking("SEARCH SINCE"):
            found = self._client.search(["SINCE", day, "UID", f"{first}:*"])
            # With nothing above ``first`` the range still means the last mail (RFC 9051 9, seq-range).
            return tuple(sorted(uid for uid in found if uid >= first))

    def changes(self, since: int, last: int) -> Changes:
        """Return what happened to the mails up to UID ``last`` after a mod-sequence the server told (RFC 7162)."""
        with self._speaking("FETCH CHANGEDSINCE"):
            return fetch_changes(self._client, since, last, tells_gone=self._tells_gone)

    def list_mails(self, uids: Sequence[int]) -> Mapping[int, Listed]:
        """Return size and INTERNALDATE of those mails that are still there, by UID."""
        with self._speaking("FETCH RFC822.SIZE"):
            found = self._client.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            return {uid: listed(uid, found[uid]) for uid in uids if b"RFC822.SIZE" in found.get(uid, {})}

    def fetch(self, uids: Sequence[int], section: str = "") -> Mapping[int, bytes]:
        """Return the octets of each mail the server gives; never sets a flag (RFC 9051 6.4.5, BODY.PEEK)."""
        item = f"BODY[{section}]".encode()
        with self._speaking("FETCH"):
            found = self._client.fetch(uids, [f"BODY.PEEK[{section}]"])
            return {uid: found[uid][item] for uid in uids if is_octets(found.get(uid, {}).get(item))}

    def folder_exists(self, folder: str) -> bool:
        """Return whether there is a folder of that name."""
        with self._speaking(f"LIST {folder}"):
            return bool(self._client.folder_exists(folder))

    def special_folder(self, use: str) -> str:
        r"""Return the folder for a use such as ``\Sent`` (RFC 6154), else the one that usually has it; empty: none."""
        with self._speaking(f"LIST {use}"):
            return str(self._client.find_special_folder(use.encode("ascii")) or "")

    def create_folder(self, folder: str) -> None:
        """Make a folder."""
        with self._speaking(f"CREATE {folder}"):
            self._client.create_folder(folder)

    def add_keyword(self, uids: Collection[int], keyword: str) -> None:
        """Set a keyword on mails."""
        for some in _chunks(uids):
            with self._speaking(f"STORE {keyword}"):
                self._client.add_flags(some, [keyword], silent=True)

    def move(self, uids: Collection[int], folder: str) -> None:
        """Move mails to another folder, without ``MOVE`` (RFC 6851) by copy and delete; mails already gone are no error."""
        for some in _chunks(uids):
            with self._speaking(f"MOVE {folder}"):
                if self._client.has_capability("MOVE"):
                    self._client.move(some, folder)
                    continue
                self._client.copy(some, folder)
                self._client.delete_messages(some, silent=True)
                # A plain EXPUNGE would also remove what other people marked (RFC 4315 2.1).
                if self._client.has_capability("UIDPLUS"):
                    self._client.uid_expunge(some)

    def wait_for_mail(self, seconds: float, ended: Callable[[], bool]) -> bool:
        """Wait in IDLE until a mail comes, the time is over or ``ended``; return whether a mail came."""
        until = time.monotonic() + seconds
        with self._speaking("IDLE"):
            # Asked first: a mail that came while the folder was read was told then and is not told again, and what a
            # server tells in one packet with the "+" of IDLE lies unseen in IMAPClient's buffer.
            if self._client.told_of_mail() or tells_of_mail(self._client.noop()[1]):
                return True
            self._client.idle()
            said = self._listen(until, ended)
            # What came between the two is in that buffer until now.
            _, rest = self._client.idle_done()
            return tells_of_mail(said) or tells_of_mail(rest)

    def close(self) -> None:
        """Log out, or drop a connection that is of no use any more."""
        if self._healthy:
            with contextlib.suppress(Exception):
                self._client.logout()
                return
        with contextlib.suppress(Exception):
            self._client.shutdown()

    def _opened(self, folder: str, *, readonly: bool) -> dict[bytes, Any]:
        try:
            said: dict[bytes, Any] = self._client.select_folder(folder, readonly=readonly)
        except IMAPClientReadOnlyError:
            # It cannot be changed, but it can be read; that is told when something is to be changed.
            said = self._client.select_folder(folder, readonly=True)
        return said

    def _listen(self, until: float, ended: Callable[[], bool]) -> Sequence[tuple[object, ...]]:
        while not ended() and (left := until - time.monotonic()) > 0:
            asleep = min(left, _SLICE_SECONDS)
            began = time.monotonic()
            said: Sequence[tuple[object, ...]] = self._client.idle_check(timeout=asleep)
            # Awake too early with nothing said: the connection ended, and DONE will find out.
            if tells_of_mail(said) or (not said and time.monotonic() - began < asleep / 2):
                return said
        return ()

    @contextlib.contextmanager
    def _speaking(self, command: str) -> Iterator[None]:
        try:
            yield
        except (IMAPClientAbortError, OSError) as error:
            self._healthy = False
            raise ConnectionLostError(f"{command}: {_words(error)}") from error
        except RefusedError:
            raise
        except Exception as error:
            # IMAPClient's own errors, and whatever its parser raises over an answer that makes no sense.
            code = _RESPONSE_CODE.search(str(error))
            if code and code[1] in _NOT_NOW:
                raise NotNowError(f"{command}: {_words(error)}") from error
            raise RefusedError(f"{command}: {_words(error)}") from error


def open_session(account: ImapAccount) -> Session:
    """Return a logged-in session. Raises ``TransientError`` when there is none to be had now."""
    session = Session(open_client(account))
    try:
        session.ask_for_news()
    except ConnectionLostError:
        session.close()
        raise
    return session


def open_client(account: ImapAccount) -> IMAPClient:
    """Return a logged-in connection as it is. Raises ``TransientError`` when there is none to be had now."""
    secret = _secret(account)
    try:
        client = _connect(account)
    except (IMAPClientError, OSError, ValueError) as error:
        raise ConnectionLostError(f"{account.host}:{account.port}: {_words(error)}") from error
    try:
        _log_in(client, account, secret)
    except LoginError as error:
        client.shutdown()
        said = _words(error)
        raise ConnectionLostError(f"{account.host} does not let {account.user} in: {said}") from error
    except (IMAPClientError, OSError, ValueError) as error:
        client.shutdown()
        raise ConnectionLostError(f"{account.host}: {_words(error)}") from error
    return client


def _connect(account: ImapAccount) -> IMAPClient:
    # Loading all certificates takes longer than a whole conversation without TLS.
    context = None if account.tls == "none" else ssl.create_default_context()
    client = PlainClient(
        account.host,
        account.port,
        ssl=account.tls == "tls",
        ssl_context=context,
        timeout=account.timeout.total_seconds(),
    )
    try:
        if account.tls == "starttls":
            client.starttls(context)
    except BaseException:
        client.shutdown()
        raise
    return client


def _secret(account: ImapAccount) -> str:
    """Return the account's password, or a fresh access token."""
    if account.oauth2 is None:
        return read_secret(account.password)
    from inboxd.oauth import access_token  # noqa: PLC0415  a desk with passwords need not pay for the library

    return access_token(account.oauth2)


def _log_in(client: IMAPClient, account: ImapAccount, secret: str) -> None:
    if account.oauth2 is not None and account.oauth2.mechanism == "OAUTHBEARER":
        client.oauthbearer_login(account.user, secret)
    elif account.oauth2 is not None:
        client.oauth2_login(account.user, secret)
    elif (account.user + secret).isascii():
        client.login(account.user, secret)
    else:
        # LOGIN knows ASCII only (RFC 9051 6.2.3); PLAIN is UTF-8 (RFC 4616 2).
        client.plain_login(account.user, secret)
    if client.has_capability("ID"):
        # RFC 2971; some providers let nobody in who does not say what program he is.
        with contextlib.suppress(IMAPClientError, ValueError):
            client.id_({"name": "inboxd", "version": __version__})
    if client.has_capability("ENABLE") and client.has_capability("CONDSTORE"):
        # RFC 7162 3.1: from now on every SELECT tells HIGHESTMODSEQ, which shows a server that went back in time.
        with contextlib.suppress(IMAPClientError, ValueError):
            client.enable("CONDSTORE")


def _chunks(uids: Collection[int]) -> Iterator[list[int]]:
    ordered = list(uids)
    for start in range(0, len(ordered), _MOST_UIDS):
        yield ordered[start : start + _MOST_UIDS]


def _words(error: Exception) -> str:
    return redacted(" ".join(f"{type(error).__name__}: {error}".split()))[:_MOST_WORDS]
