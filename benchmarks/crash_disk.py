"""A disk of its own that can be filled: a small tmpfs for root, else a limit on the size of the daemon's files."""

import contextlib
import os
import resource
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

_ROOM = "6g"


class Disk:
    """A folder to work in. ``how`` says by what it is filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self.mounted = os.geteuid() == 0 and _run(
            "mount", "-t", "tmpfs", "-o", f"size={_ROOM},mode=755", "tmpfs", folder
        )
        self.how = "a tmpfs without room" if self.mounted else "RLIMIT_FSIZE on the daemon (tmpfs needs root)"
        self._limited: list[int] = []

    def fill(self, processes: Iterable[int], largest: int) -> None:
        """Leave no room: on the whole disk, or to ``processes`` for files larger than ``largest`` octets."""
        if self.mounted:
            used = shutil.disk_usage(self.folder).used
            _run("mount", "-o", f"remount,size={used}", self.folder)
            return
        self._limited = [pid for pid in processes if _limit(pid, largest)]

    def free(self) -> None:
        """Give the room back."""
        if self.mounted:
            _run("mount", "-o", f"remount,size={_ROOM}", self.folder)
        for pid in self._limited:
            _limit(pid, resource.RLIM_INFINITY)
        self._limited = []

    def remove(self) -> None:
        """Remove the folder with all that is in it."""
        if self.mounted:
            _run("umount", "--lazy", self.folder)
        shutil.rmtree(self.folder, ignore_errors=True)


def _limit(pid: int, octets: int) -> bool:
    """Limit the size of the files a process may write (getrlimit(2); Python ignores SIGXFSZ, so it gets EFBIG)."""
    with contextlib.suppress(ProcessLookupError):
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (octets, hard))
        return True
    return False


def _run(*command: str | Path) -> bool:
    return subprocess.run(list(map(str, command)), capture_output=True, check=False).returncode == 0
