"""Rules and git: which commit they are at, and what they were at another one. Without git there is no commit."""

import io
import subprocess
import tempfile
from pathlib import Path

from inboxd.core.rules import Ruleset
from inboxd.errors import PermanentError
from inboxd.rulefiles import load_rules

_SECONDS = 20
_COMMIT_LENGTH = 12


def commit_of(folder: Path) -> str:
    """Return the commit a folder is at, with ``+`` behind it where files of it differ from it; empty without git."""
    try:
        commit = _git(folder, "rev-parse", "--verify", "--quiet", "HEAD").decode().strip()[:_COMMIT_LENGTH]
        tracked = _git(folder, "ls-files", "--", ".")
        dirty = _git(folder, "status", "--porcelain", "--", ".")
    except PermanentError:
        return ""
    # A folder that only happens to lie below a repository is at none of its commits.
    return (f"{commit}+" if dirty else commit) if tracked else ""


def head_log(folder: Path) -> Path | None:
    """Return the file that grows with every commit and checkout of the repository around a folder, or None."""
    for place in (folder, *folder.parents):
        if (place / ".git").is_dir():
            return place / ".git" / "logs" / "HEAD"
    return None


def rules_at(folder: Path, ref: str) -> Ruleset:
    """Return the rules as they were at a commit, branch or tag.

    Raises ``PermanentError`` when git does not know it, and ``ConfigError`` when the rules there are broken.
    """
    import tarfile  # noqa: PLC0415  few commands read an old commit

    try:
        # An unknown word after `--end-of-options` is no option, whatever it looks like.
        commit = (
            _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
            .decode()
            .strip()
        )
        archive = _git(folder, "archive", "--format=tar", commit, "--", ".")
    except PermanentError as error:
        raise PermanentError(f"git knows no rules at {ref!r}: {error}") from error
    with tempfile.TemporaryDirectory(prefix="inboxd-rules-") as place:
        # The name of the folder stands in every place a rule is said to be at.
        target = Path(place) / folder.name
        target.mkdir()
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(target, filter="data")
        return load_rules(target)


def _git(folder: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603  the words are ours, and a reference is checked before it is one of them
            ["git", "-C", str(folder), *words],  # noqa: S607  the operator's own git, wherever it lies
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PermanentError(f"git cannot be asked: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise PermanentError(said.splitlines()[-1] if said else "there is no such commit")
    return done.stdout
