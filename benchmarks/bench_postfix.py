"""A Postfix of its own configuration, queue and port, that delivers into a Maildir. Needs root, as Postfix does."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

SBIN = "/usr/sbin"
PROGRAM = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:{SBIN}") if os.geteuid() == 0 else None

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
"""
_MASTER = """
{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
proxywrite unix - - n - 1 proxymap
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
flush unix n - n 1000? 0 flush
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_MAILDIR = """
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
myhostname = bench.acme.test
mydestination =
virtual_mailbox_domains = acme.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:support/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_client_connection_count_limit = 0
default_process_limit = 100
"""
_VIRTUAL = "virtual unix - n n - - virtual\n"


@contextlib.contextmanager
def postfix(folder: Path) -> Iterator[tuple[int, int]]:
    """Run one that delivers into a Maildir in a folder; give its port and the process of its master."""
    user = pwd.getpwnam("postfix")
    (folder / "mail").mkdir()
    os.chown(folder / "mail", user.pw_uid, user.pw_gid)
    maildir = _MAILDIR.format(folder=folder, uid=user.pw_uid, gid=user.pw_gid)
    with running_postfix(folder, maildir, _VIRTUAL) as port:
        yield port, int((folder / "queue/pid/master.pid").read_text("ascii"))


@contextlib.contextmanager
def running_postfix(folder: Path, main: str, master: str, table: Path | None = None) -> Iterator[int]:
    """Run one in a folder, with this behind what every main.cf and master.cf says; give its port.

    ``table`` is made into the database its look-ups ask (postmap).
    """
    folder.chmod(0o755)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = folder / "config"
    for name in ("config", "queue", "data"):
        (folder / name).mkdir()
    os.chown(folder / "data", pwd.getpwnam("postfix").pw_uid, pwd.getpwnam("postfix").pw_gid)
    (config / "main.cf").write_text(_MAIN.format(folder=folder) + main, "utf-8")
    (config / "master.cf").write_text(_MASTER.format(port=port) + master, "utf-8")
    if table is not None:
        subprocess.run([f"{SBIN}/postmap", "-c", str(config), str(table)], check=True)
    command = [str(PROGRAM), "-c", str(config)]
    subprocess.run([*command, "start"], capture_output=True, check=True)
    try:
        _wait_for(port)
        yield port
    finally:
        subprocess.run([*command, "abort"], capture_output=True, check=False)


def _wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return
