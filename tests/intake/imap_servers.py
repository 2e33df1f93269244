"""Real IMAP servers on 127.0.0.1: pymap always, Dovecot where it is installed."""

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
_START_SECONDS = 20.0
# pymap, with a password hash that does not take an eighth of a second at each login, and without looking through all
# installed packages for ways to log in at each connection.
_PYMAP = """
from pysasl import SASLAuth
plain = SASLAuth.defaults()
SASLAuth.defaults = lambda: plain
from pysasl.hashing import BuiltinHash
BuiltinHash.__init__.__kwdefaults__["rounds"] = 1000
from pymap.main import main
main()
"""
_DOVECOT_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 100
maildir_very_dirty_syncs = no
mail_fsync = never
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    address = 127.0.0.1
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""


@dataclass(frozen=True)
class ImapServer:
    """A running server; ``mailroot`` is where Dovecot keeps the mails of a user."""

    kind: str
    port: int
    user: str
    password: str
    mailroot: Path | None = None

    _clients: list[IMAPClient] = field(default_factory=list)

    @contextlib.contextmanager
    def client(self) -> Iterator[IMAPClient]:
        """Lend the connection of another mail client of the same user, such as the operator's own."""
        # Kept, because a login takes longer than all that is done with it.
        client = self._clients.pop() if self._clients else self._connect()
        try:
            client.select_folder("INBOX", readonly=True)
        except IMAPClientError:
            client.shutdown()
            client = self._connect()
        yield client
        self._clients.append(client)

    def hang_up(self) -> None:
        """Close the connections of that mail client."""
        while self._clients:
            self._clients.pop().shutdown()

    def _connect(self) -> IMAPClient:
        client = IMAPClient("127.0.0.1", self.port, ssl=False, timeout=10)
        # Else what imaplib sends in two pieces waits for the server's delayed acknowledgement, 40 ms.
        client.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.login(self.user, self.password)
        return client


@contextlib.contextmanager
def run_pymap() -> Iterator[ImapServer]:
    """Run a pymap server on a free port."""
    port = _free_port()
    options = ["--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    with _running([sys.executable, "-c", _PYMAP, *options], port):
        server = ImapServer("pymap", port, "demouser", "demopass")
        yield server
        server.hang_up()


@contextlib.contextmanager
def run_dovecot(program: str) -> Iterator[ImapServer]:
    """Run a Dovecot server on a free port, in a folder of its own that is removed in the end."""
    # Not below pytest's own folders: Dovecot's login process, which is nobody, could not get there.
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    folder.chmod(0o755)
    port = _free_port()
    try:
        config = _write_dovecot_config(folder, port)
        with _running([program, "-F", "-c", str(config)], port):
            server = ImapServer("dovecot", port, "ada", "secret", folder / "home")
            yield server
            server.hang_up()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen(command)
    try:
        until = time.monotonic() + _START_SECONDS
        while True:
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not start")
            time.sleep(0.02)
        yield
    finally:
        process.terminate()
        process.wait(_START_SECONDS)


def _write_dovecot_config(folder: Path, port: int) -> Path:
    me = pwd.getpwuid(os.getuid())
    as_root = me.pw_uid == 0
    keeper = pwd.getpwnam("nobody") if as_root else me
    (folder / "home").mkdir()
    os.chown(folder / "home", keeper.pw_uid, keeper.pw_gid)
    config = folder / "dovecot.conf"
    text = _DOVECOT_CONFIG.format(
        folder=folder,
        port=port,
        password="secret",
        internal="dovecot" if as_root else getpass.getuser(),
        internal_group="dovecot" if as_root else grp.getgrgid(me.pw_gid).gr_name,
        login="dovenull" if as_root else getpass.getuser(),
        mail_uid=keeper.pw_uid,
        mail_gid=keeper.pw_gid,
    )
    config.write_text(text)
    return config


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
