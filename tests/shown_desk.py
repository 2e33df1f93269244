"""The desk on which the commands of the documents are run: customers, a held mail, a failed one, a git history."""

import functools
import gc
import hashlib
import itertools
import json
import os
import sqlite3
import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from shown import all_blocks
from typer.testing import CliRunner, Result

from inboxd.cli import app
from inboxd.commands import knowledge_gaps
from inboxd.commands.init import make_desk
from inboxd.knowledge import embed
from inboxd.knowledge.terms import words

CONFIG = """[desk]
address = "support@acme.test"

[[operators]]
name = "Ada"
address = "ada@acme.test"
password_hash_file = "var/passwords/ada"
"""
ARTICLE = """---
title: Exporting data
questions:
  - How do I export my data?
---
Open **Account** and press Export.
"""
MAIL = "From: Carla <{}>\nTo: support@acme.test\nSubject: Export\nMessage-ID: <{}@x.test>\n\nHow do I export {} files?\n"
# People of the documents, and others so that there is a ticket 12.
PEOPLE = (
    *("carla@acme.example", "carla@home.example", "carla@example.org", "carla@home.example.org"),
    *(f"customer{number}@shop.example" for number in range(9)),
)
# Somebody pretends to be the operator: his mail is held.
FORGED = MAIL.replace("Carla", "Ada").replace("Subject: Export", "Subject: Re: [#1] Export")


class WordEmbedder:
    """Stands for the language model, which takes seconds: equal words are near, nothing else is."""

    name = "words"

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one normalised row of 64 numbers per text."""
        rows = [sum((_direction(word) for word in words(text)), np.full(64, 1e-3)) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, 64)


class ShownDesk:
    """A desk in ``folder``, the working directory, as somebody has it who read the documents."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        make_desk(folder)
        for article in (folder / "kb").glob("*.md"):
            article.unlink()
        (folder / "config.toml").write_text(CONFIG, encoding="utf-8")
        (folder / "kb" / "export.md").write_text(ARTICLE, encoding="utf-8")
        (customers,) = all_blocks("csv")
        (folder / "customers.csv").write_text(customers.text, encoding="utf-8")
        self._files()

    def fill(self) -> None:
        """Let the customers write, one answer fail, and the files come under git."""
        mails = []
        for number, person in enumerate(PEOPLE):
            mails.append(self.folder.parent / f"{number}.eml")
            mails[-1].write_text(MAIL.format(person, number, number), encoding="utf-8")
        for number in range(2):
            mails.append(self.folder.parent / f"forged{number}.eml")
            mails[-1].write_text(FORGED.format("ada@acme.test", f"f{number}", number), encoding="utf-8")
        self.run(["accept", *map(str, mails)])
        self.run(["run", "--until-idle"])
        self.sql("update outbox set state = 'failed' where id in (select max(id) from outbox)")
        self.git("init", "-q")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "the desk")
        (self.folder / "kb" / "export.md").write_text(ARTICLE + "The file comes by mail.\n", encoding="utf-8")
        self.git("commit", "-q", "-a", "-m", "more words")

    def run(self, command: list[str]) -> Result:
        """Run a command in this process."""
        result = CliRunner().invoke(app, command, input="y\n")
        gc.collect()  # a connection of the last command would hold the file against `restore`
        return result

    def sql(self, statement: str) -> list[tuple[object, ...]]:
        """Return what the store says, or change it."""
        connection = sqlite3.connect(self.folder / "var" / "inboxd.db")
        try:
            with connection:
                return connection.execute(statement).fetchall()
        finally:
            connection.close()

    def git(self, *words: str) -> None:
        """Run git here, as nobody in particular."""
        who = {
            f"GIT_{role}_{what}": f"ada@{what}.test"
            for role, what in itertools.product(("AUTHOR", "COMMITTER"), ("NAME", "EMAIL"))
        }
        done = subprocess.run(
            ["git", *words], cwd=self.folder, env={**os.environ, **who}, capture_output=True, check=False
        )
        assert done.returncode == 0, (words, done.stderr)

    def _files(self) -> None:
        asked = {"text": "How do I export my data?", "article": "export"}
        for name in ("questions.jsonl", "learnt.jsonl"):
            (self.folder / name).write_text(json.dumps(asked) + "\n", encoding="utf-8")
        (self.folder / "question.eml").write_text(MAIL.format("x@y.test", "q", "q"), encoding="utf-8")


@pytest.fixture(scope="module")
def shown_desk(tmp_path_factory: pytest.TempPathFactory) -> ShownDesk:
    """Return one desk for all commands: each test runs one of them on it."""
    with pytest.MonkeyPatch.context() as patched:
        folder = tmp_path_factory.mktemp("shown") / "desk"
        desk = ShownDesk(folder)
        with_words(patched)
        patched.chdir(folder)
        desk.fill()
    return desk


def with_words(patched: pytest.MonkeyPatch) -> None:
    """Compare by words, without the model, wherever articles are loaded."""
    for module in (embed, knowledge_gaps):
        patched.setattr(module, "load_embedder", lambda _model: WordEmbedder())


@functools.cache
def _direction(word: str) -> NDArray[np.float64]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4])
    return np.random.default_rng(seed).normal(size=64)
