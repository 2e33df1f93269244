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

PROGRAM = (
    shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin") if os.geteuid() == 0 else None
)

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = bench.acme.test
mydestination =
mynetworks = 127.0.0.0/8
virtual_mailbox_domains = acme.test
virtual_mailbox_base = {folder}/mail
virtual_mailbox_maps = static:support/
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_client_connection_count_limit = 0
smtpd_peername_lookup = no
default_process_limit = 100
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
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@contextlib.contextmanager
def postfix(folder: Path) -> Iterator[tuple[int, int]]:
    """Run it in a folder; give its port and the process of its master."""
    folder.chmod(0o755)
    user = pwd.getpwnam("postfix")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    config = folder / "config"
    for name in ("config", "queue", "data", "mail"):
        (folder / name).mkdir()
    for name in ("data", "mail"):
        os.chown(folder / name, user.pw_uid, user.pw_gid)
    main = _MAIN.format(folder=folder, uid=user.pw_uid, gid=user.pw_gid)
    (config / "main.cf").write_text(main, "ascii")
    (config / "master.cf").write_text(_MASTER.format(port=port), "ascii")
    command = [str(PROGRAM), "-c", str(config)]
    subprocess.run([*command, "start"], capture_output=True, check=True)
    try:
        _wait_for(port)
        yield port, int((folder / "queue/pid/master.pid").read_text("ascii"))
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
