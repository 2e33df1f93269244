"""Encryption at rest (docs/encryption.md): the units say what they must, and gocryptfs is played where it is installed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
UNITS = ROOT / "deploy" / "encrypted-disk"
WORD, ATTACHED = "Xylophone", "marimba"


def test_no_desk_without_its_disk() -> None:
    """The drop-in stops a desk whose disk is missing, and puts the cache and temporary files onto that disk."""
    drop_in = (UNITS / "inboxd.conf").read_text("utf-8").splitlines()
    disk = (UNITS / "inboxd-disk.service").read_text("utf-8")
    assert {"BindsTo=inboxd-disk.service", "AssertPathIsMountPoint=/srv/inboxd/var"} <= set(drop_in)
    for name in ("INBOXD_CACHE", "TMPDIR", "SQLITE_TMPDIR"):
        assert any(line.startswith(f"Environment={name}=/srv/inboxd/var/") for line in drop_in)
    assert "/srv/inboxd/var.encrypted /srv/inboxd/var\n" in disk


def test_every_place_named_in_the_document_is_one_of_the_desk() -> None:
    """The store, the key, the outgoing folder and the passwords lie in var/ by default, as the document says."""
    example = (ROOT / "config.example.toml").read_text("utf-8")
    document = (ROOT / "docs" / "encryption.md").read_text("utf-8")
    for place in ("var/inboxd.db", "var/outgoing", "var/secret"):
        assert place in example
        assert f"`{place}`" in document


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Mount an encrypted folder at ``desk/var``; its ciphertext lies in ``encrypted``."""
    if shutil.which("gocryptfs") is None or not os.access("/dev/fuse", os.W_OK):
        pytest.skip("NOT PLAYED: there is no gocryptfs here, or no /dev/fuse (Debian: gocryptfs)")
    encrypted, plain, key = tmp_path / "encrypted", tmp_path / "desk" / "var", tmp_path / "key"
    encrypted.mkdir()
    plain.mkdir(parents=True)
    key.write_text("a long passphrase\n", "ascii")
    # Quick to derive: what is tested is where things lie, not scrypt.
    make = ["gocryptfs", "-init", "-q", "-scryptn", "10", "-passfile", str(key), str(encrypted)]
    subprocess.run(make, capture_output=True, check=True)
    mount = ["gocryptfs", "-q", "-fg", "-nosyslog", "-passfile", str(key), str(encrypted), str(plain)]
    server = subprocess.Popen(mount, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while not plain.is_mount():
            assert server.poll() is None
        yield plain
    finally:
        _unmount(plain)
        server.wait(20)


def _unmount(plain: Path) -> None:
    if plain.is_mount():
        subprocess.run(
            ["fusermount3" if shutil.which("fusermount3") else "fusermount", "-u", str(plain)], check=True
        )


def test_no_word_of_a_customer_lies_in_the_clear(disk: Path) -> None:
    """A desk works on an encrypted folder (WAL, backup, key), and nothing a customer wrote or is can be found outside."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "carla@customer.test", "support@acme.test", f"A broken {WORD}"
    mail.set_content(f"My {WORD} is broken.")
    mail.add_attachment(ATTACHED, filename=f"{ATTACHED}.txt", cte="8bit")
    desk = disk.parent
    (desk / "rules").mkdir()
    (desk / "config.toml").write_text('[desk]\naddress = "support@acme.test"\n[kb]\npath = "none"\n', "utf-8")
    environment = {
        **os.environ,
        "TMPDIR": str(disk),
        "SQLITE_TMPDIR": str(disk),
        "INBOXD_CACHE": str(disk / "cache"),
    }

    def inboxd(*arguments: str, stdin: bytes = b"") -> bytes:
        command = [sys.executable, "-m", "inboxd", "-c", str(desk / "config.toml"), *arguments]
        return subprocess.run(
            command, input=stdin, env=environment, cwd=desk, capture_output=True, check=True
        ).stdout

    inboxd("accept", "--from", "carla@customer.test", stdin=mail.as_bytes())
    inboxd("run", "--until-idle")
    inboxd("backup", str(disk / "desk.backup"))
    assert WORD.encode() in inboxd("tickets", "--json")
    assert WORD.encode() in (disk / "desk.backup").read_bytes()
    assert {"inboxd.db", "secret", "desk.backup"} <= {path.name for path in disk.iterdir()}
    _unmount(disk)

    left = [path for path in desk.parent.rglob("*") if path.is_file()]
    assert len(left) > 4
    for path in left:
        content = path.name.encode() + path.read_bytes()
        assert not any(
            word in content for word in (WORD.encode(), ATTACHED.encode(), b"carla", b"customer.test")
        )
