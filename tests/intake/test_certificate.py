import logging
import os
from pathlib import Path

import pytest
import trustme

from inboxd.errors import PermanentError
from inboxd.intake.certificate import Certificate


def write(folder: Path, made: trustme.LeafCert) -> tuple[Path, Path]:
    """Write a certificate and its key."""
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.cert_chain_pems[0].bytes())
    key.write_bytes(made.private_key_pem.bytes())
    return cert, key


def test_missing_files_are_told(tmp_path: Path) -> None:
    """Without the files there is a sentence that names them."""
    with pytest.raises(PermanentError, match=r"cert\.pem"):
        Certificate(tmp_path / "cert.pem", tmp_path / "key.pem")


def test_a_renewed_certificate_is_taken_up(tmp_path: Path) -> None:
    """The context serves what is on the disk when a connection comes."""
    ca = trustme.CA()
    cert, key = write(tmp_path, ca.issue_cert("localhost"))
    certificate = Certificate(cert, key)
    seen = certificate._seen
    write(tmp_path, ca.issue_cert("localhost"))
    os.utime(cert, ns=(1, 1))

    assert certificate.context is certificate._context
    assert certificate._seen != seen


def test_a_broken_renewal_leaves_the_old_one(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A certificate that does not fit its key is a line in the log, once, and nothing else."""
    ca = trustme.CA()
    cert, key = write(tmp_path, ca.issue_cert("localhost"))
    certificate = Certificate(cert, key)
    before = certificate.context
    key.write_bytes(ca.issue_cert("localhost").private_key_pem.bytes())
    os.utime(key, ns=(1, 1))

    with caplog.at_level(logging.ERROR):
        assert certificate.context is before
        assert certificate.context is before
    assert sum("old certificate" in record.message for record in caplog.records) == 1
