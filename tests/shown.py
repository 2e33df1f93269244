"""What the documents show: their code blocks and spans, and the shell lines in them."""

import functools
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer.main

from inboxd.cli import app

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("README*.md"), ROOT / "kb" / "README.md", *(ROOT / "docs").glob("*.md")])
_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"`([^`\n]+)`")
_INBOXD = re.compile(r"(?:\S*/)?inboxd ((?:(?:-c|--config|--now) \S+ )*-?-?[a-z].*)")
# What begins a shell line where it stands in a sentence. A document that names another program adds it here, and
# tests/test_document_shell.py then asks how that line is run.
PROGRAMS = frozenset(
    """apt apt-get bash cat chmod chown cp crontab curl dig docker doveadm doveconf dpkg-deb export git gocryptfs install journalctl
    kill logger ls make mkdir mutt mv mysqldump newaliases nft openssl pass pip pip3 podman postconf postmap psql
    pg_dump pg_restore python python3 rsync runuser scp sendmail sqlite3 ssh sudo swaks systemctl systemd-analyze
    systemd-creds tar telnet touch useradd wget""".split()
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A block or a span of code: the document's name, the line it begins on, the kind a block is said to be of."""

    document: str
    line: int
    kind: str
    text: str

    @property
    def where(self) -> str:
        """Return where to look."""
        return f"{self.document}:{self.line}"


def blocks(document: Path) -> Iterator[Piece]:
    """Yield the code blocks of a document."""
    text = document.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        yield Piece(_name(document), text.count("\n", 0, found.start()) + 1, found[1], found[2])


def spans(document: Path) -> Iterator[Piece]:
    """Yield the code spans of a document, those outside of its blocks."""
    text = _BLOCK.sub(lambda found: "\n" * found[0].count("\n"), document.read_text("utf-8"))
    for found in _SPAN.finditer(text):
        yield Piece(_name(document), text.count("\n", 0, found.start()) + 1, "", found[1])


def all_blocks(*kinds: str) -> list[Piece]:
    """Return the blocks of these kinds in all documents."""
    return [piece for document in DOCUMENTS for piece in blocks(document) if piece.kind in kinds]


def shell_lines(document: Path) -> list[Piece]:
    """Return every line of the shell blocks, and every span that is one, without the comment behind it."""
    lines = [
        Piece(piece.document, piece.line + number, "sh", line)
        for piece in blocks(document)
        if piece.kind == "sh"
        for number, line in enumerate(map(_without_comment, piece.text.splitlines()), 1)
    ]
    said = [one for one in spans(document) if _is_shell(one.text)]
    return [one for one in (*lines, *said) if one.text]


def command_of(line: str) -> str:
    """Return what stands behind ``inboxd`` in a shell line that is one of its commands, otherwise nothing."""
    found = _INBOXD.fullmatch(line)
    return found[1] if found else ""


def find_command(shown: str) -> tuple[Any, list[str]]:
    """Return the command a line names (typer's own click) and the words behind it; raises ``KeyError`` without one."""
    words = shlex.split(shown, comments=True)
    while words[0] in {"-c", "--config", "--now"}:
        words = words[2:]
    command = _program()
    while words and not words[0].startswith("-") and hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@functools.cache
def _program() -> Any:
    return typer.main.get_command(app)


def _is_shell(text: str) -> bool:
    words = [word for word in text.split() if not re.fullmatch(r"[A-Z_]+=\S*", word)]
    return len(words) > 1 and (words[0] in PROGRAMS or bool(command_of(" ".join(words))))


def _without_comment(line: str) -> str:
    return re.sub(r"(?:^|\s+)#\s.*$", "", line).strip()


def _name(document: Path) -> str:
    return document.relative_to(ROOT).as_posix()
