"""A folder as it was at an earlier commit, read from git; nothing in the work tree is touched."""

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from inboxd.errors import PermanentError

_SECONDS = 20


@contextmanager
def folder_at(folder: Path, ref: str) -> Iterator[Path]:
    """Yield a copy of a folder as it was at a commit, branch or tag, under the folder's own name.

    Raises ``PermanentError`` when git does not know that commit, or the folder at it.
    """
    try:
        # An unknown word after `--end-of-options` is no option, whatever it looks like.
        commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        archive = _git(folder, "archive", "--format=tar", commit.decode().strip(), "--", ".")
    except (PermanentError, OSError, subprocess.TimeoutExpired) as error:
        raise PermanentError(f"git knows no {folder.name}/ at {ref!r}: {error}") from error
    with tempfile.TemporaryDirectory(prefix="inboxd-past-") as place:
        target = Path(place) / folder.name
        target.mkdir()
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(target, filter="data")
        yield target


def _git(folder: Path, *words: str) -> bytes:
    done = subprocess.run(  # noqa: S603  the words are ours, and a reference is checked before it is one of them
        ["git", "-C", str(folder), *words],  # noqa: S607  the operator's own git, wherever it lies
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise PermanentError(said.splitlines()[-1] if said else "there is no such commit")
    return done.stdout
