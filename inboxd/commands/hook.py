"""The git hook of a desk: before every commit its rules are checked, their examples run and past mails replayed."""

from pathlib import Path

HOOK = """\
#!/bin/sh
# Run by git before every commit of this desk, once you said:  git config core.hooksPath hooks
# What is looked at are the files as they lie here. To commit all the same: git commit --no-verify
#
# The backtest shows what the changed rules would have done to the mails of the last 90 days. It stops the commit only
# for what you name, such as:  git config inboxd.failOn reply,status
set -e
cd "$(git rev-parse --show-toplevel)/{below}"
inboxd=${{INBOXD:-inboxd}}
"$inboxd" check
"$inboxd" rules test
"$inboxd" rules backtest --since "$(git config --get inboxd.since || echo 90d)" --fail-on "$(git config --get inboxd.failOn || true)"
"""


def write_hook(folder: Path) -> Path:
    """Write ``hooks/pre-commit`` into a desk's folder, executable; return where it lies."""
    path = folder / "hooks" / "pre-commit"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HOOK.format(below=_below_repository(folder)), encoding="utf-8")
    path.chmod(0o755)
    return path


def _below_repository(folder: Path) -> str:
    """Return where the desk lies in the repository around it; ``.`` when it is one itself or there is none yet."""
    resolved = folder.resolve()
    for place in (resolved, *resolved.parents):
        if (place / ".git").exists():
            return resolved.relative_to(place).as_posix()
    return "."
