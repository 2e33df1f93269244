"""Asking another desk over HTTP."""

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme
from desk_server import DeskServer, run_desk

from inboxd.errors import PermanentError, TransientError
from inboxd.intake import past_api
from inboxd.intake.past_api import PastApi

HEADER = ("X-Key", "s3cret-key")


def answer(path: str, query: dict[str, str]) -> Any:
    return {"path": path, **query} if path != "/api/nothing" else None


def api(server: DeskServer, waited: list[float]) -> PastApi:
    return PastApi(server.url, {"X-Key": "s3cret-key"}, waited.append)


def test_it_signs_in_and_reads() -> None:
    """A document with its query; None where there is none."""
    with run_desk(answer, HEADER) as server:
        asked = api(server, [])
        assert asked.get_json("api/one", page=2) == {"path": "/api/one", "page": "2"}
        assert asked.get_json("api/nothing") is None


def test_it_gives_up_after_some_patience() -> None:
    """Waiting longer each time, or as long as the desk says but never for hours; then it is said which desk."""
    waited: list[float] = []
    with run_desk(answer, HEADER) as server:
        server.failures += [(503, {}), (429, {"Retry-After": "86400"}), *[(500, {})] * 4]
        with pytest.raises(TransientError, match=r"127\.0\.0\.1.* 500"):
            api(server, waited).get_json("api/one")
    assert waited == [1.0, 60.0, 4.0, 8.0, 16.0, 32.0]


def test_it_is_led_nowhere_else() -> None:
    """Neither by a redirect nor by an address in what it was told: the key is for that desk alone."""
    with run_desk(answer, HEADER) as server, run_desk(answer, HEADER) as other:
        asked = api(server, [])
        server.failures.append((302, {"Location": f"{other.url}/api/one"}))
        with pytest.raises(PermanentError, match="302"):
            asked.get_json("api/one")
        assert asked.get_bytes(f"{other.url}/file") is None
        assert asked.get_bytes("//169.254.169.254/latest") is None
        assert other.asked == []


def test_an_authority_of_the_company_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for IMAP and SMTP the machine's own authorities count; one nobody knows is refused in the end."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    with run_desk(answer, HEADER, context) as server:
        with pytest.raises(TransientError, match="SSLError"):
            api(server, []).get_json("api/one")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        assert api(server, []).get_json("api/one") == {"path": "/api/one"}


def test_what_has_no_end_is_left() -> None:
    """A file larger than any mail's is not taken into memory."""
    with pytest.MonkeyPatch.context() as patch, run_desk(lambda *_: b"x" * 5000, HEADER) as server:
        patch.setattr(past_api, "MOST_BYTES", 4000)
        assert api(server, []).get_bytes("file") is None


@pytest.mark.parametrize(
    "url", ["ftp://x.test", "https://", "https://me:pw@x.test", "http://x.test", "help.acme.test"]
)
def test_an_address_that_will_not_do(url: str) -> None:
    """No password in it, no token over the net in the clear."""
    with pytest.raises(PermanentError):
        PastApi(url, {})
