"""A Dovecot for one user, in a folder of its own: IMAP, LMTP where it is installed, and the file system below."""

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

USER, PASSWORD = "ada", "secret"
_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
PROGRAM = shutil.which("dovecot", path=_PATH)
_LIBRARY = Path("/usr/lib/dovecot")
_END_SECONDS = 5.0
_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap {lmtp}
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
recipient_delimiter = +
lmtp_save_to_detail_mailbox = yes
lda_mailbox_autocreate = yes
postmaster_address = postmaster@acme.test
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={mail_uid} gid={mail_gid} home={folder}/home/%n
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
{lmtp_service}
service auth {{
  unix_listener auth-userdb {{
    mode = 0666
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
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
"""
_LMTP_SERVICE = """
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp_port}
  }}
}}
"""


class Dovecot:
    """A server that can be stopped, meddled with below, and started again on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.lmtp_port = free_port() if (_LIBRARY / "lmtp").exists() else 0
        self.maildir = folder / "home" / USER / "Maildir"
        self.config = folder / "dovecot.conf"
        self.log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        folder.chmod(0o755)
        (folder / "home").mkdir()
        self.config.write_text(self._text(folder), "ascii")

    def start(self) -> None:
        """Run the server; return once it listens."""
        self._process = subprocess.Popen([str(PROGRAM), "-F", "-c", str(self.config)], start_new_session=True)
        for port in filter(None, (self.port, self.lmtp_port)):
            wait_for_port(port, self._process)

    def stop(self) -> None:
        """End the server and all its sessions."""
        if self._process is None:
            return
        # All of them at once: the master does not wait for the processes that still hold a mailbox open.
        os.killpg(self._process.pid, signal.SIGTERM)
        until = time.monotonic() + _END_SECONDS
        while _group_lives(self._process.pid) and time.monotonic() < until:
            self._process.poll()
            time.sleep(0.02)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(_END_SECONDS)
        self._process = None

    def tool(self, name: str, *arguments: str, stdin: bytes = b"") -> None:
        """Run one of Dovecot's own programs on the user's mailbox; raise when it fails, with what it said."""
        path = shutil.which(name, path=f"{_PATH}:{_LIBRARY}") or name
        command = [path, "-c", str(self.config), *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, check=False)
        # 68 is EX_NOHOST, doveadm's "nobody is there" (nobody to kick).
        if done.returncode not in {0, 68}:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr.decode('utf-8', 'replace')}")

    def path_of(self, folder: str) -> Path:
        """Return where the mails of a folder lie (Maildir++)."""
        return self.maildir if folder == "INBOX" else self.maildir / f".{folder.replace('/', '.')}"

    def own(self, path: Path) -> None:
        """Give a file or folder to the user whose mail it is."""
        keeper = self.maildir.stat()
        os.chown(path, keeper.st_uid, keeper.st_gid)

    def _text(self, folder: Path) -> str:
        me = pwd.getpwuid(os.getuid())
        as_root = me.pw_uid == 0
        keeper = pwd.getpwnam("nobody") if as_root else me
        os.chown(folder / "home", keeper.pw_uid, keeper.pw_gid)
        return _CONFIG.format(
            folder=folder,
            port=self.port,
            password=PASSWORD,
            lmtp="lmtp" if self.lmtp_port else "",
            lmtp_service=_LMTP_SERVICE.format(lmtp_port=self.lmtp_port) if self.lmtp_port else "",
            internal="dovecot" if as_root else getpass.getuser(),
            internal_group="dovecot" if as_root else grp.getgrgid(me.pw_gid).gr_name,
            login="dovenull" if as_root else getpass.getuser(),
            mail_uid=keeper.pw_uid,
            mail_gid=keeper.pw_gid,
        )


def _group_lives(group: int) -> bool:
    """Return whether any process of a group still runs; one that nobody has reaped does not."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # proc(5): the state, the parent and the group follow the name, which may hold anything.
            state, _, belongs_to = path.read_text("utf-8", "replace").rpartition(")")[2].split()[:3]
            if int(belongs_to) == group and state != "Z":
                return True
    return False


def free_port() -> int:
    """Return a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: "subprocess.Popen[bytes]", seconds: float = 60.0) -> None:
    """Return once somebody listens there; raise when the process ends or nobody does in time."""
    until = time.monotonic() + seconds
    while True:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"nobody listens on port {port}")
        time.sleep(0.02)
