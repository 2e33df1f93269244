"""What the knowledge base costs: loading, a mail's embedding and all else, memory (``make bench-matching``).

    python benchmarks/matching.py [--articles 500] [--questions 4] [--sections 5] [--mails 320]

A desk of made-up articles: title, questions and sections are what mails are compared with. Loaded three times, each in a
process of its own: with nothing kept, with everything kept, and with one article changed. *Else* is all a match does
beside the model. *Pipeline* takes mails accepted before through reading, matching, deciding and filing, as the worker
does; *bare* is the same model on the same mails' whole bodies in batches of 32, and nothing else.
"""

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from matching_desk import make_mail, topics, write_desk

from inboxd.building import build_desk, load_files
from inboxd.clock import fixed_clock
from inboxd.config import load_config
from inboxd.core.parse import parse
from inboxd.core.quoting import separate
from inboxd.desk import Desk
from inboxd.intake.accept import Arrival, accept
from inboxd.knowledge.composed import simple_units
from inboxd.knowledge.embed import Embedder, Vectors, load_embedder
from inboxd.knowledge.match import match
from inboxd.knowledge.model_export import cache_folder
from inboxd.knowledge.question import read_question
from inboxd.knowledge.remembered import RememberingEmbedder
from inboxd.pipeline import process_one
from inboxd.reading_ahead import ReadingAhead
from inboxd.store.engine import open_store

BATCH = 32
MODEL = "all-MiniLM-L6-v2"
NOW = fixed_clock(dt.datetime(2026, 11, 23, 9, 5, tzinfo=dt.UTC))
# Two of three people write a sentence or two, the others tell how it came.
SENTENCES = (1, 2, 4)


class Counting:
    """An embedder that keeps the clock of the model, so that the rest is what is left."""

    def __init__(self, inner: Embedder) -> None:
        self.name = inner.name
        self.seconds = 0.0
        self._inner = inner

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return the rows of all texts."""
        began = time.perf_counter()
        try:
            return self._inner.embed(texts)
        finally:
            self.seconds += time.perf_counter() - began


def main() -> None:
    """Make the desk, run every measurement in a process of its own, and print the figures."""
    options = _options()
    if options.phase:
        print(json.dumps(_PHASES[options.phase](options)))
        return
    with tempfile.TemporaryDirectory(prefix="inboxd-bench-") as folder:
        options.desk = Path(folder) / "desk"
        subprocess.run(
            [sys.executable, "-m", "inboxd", "init", str(options.desk)], capture_output=True, check=True
        )
        for path in (options.desk / "kb").glob("*.md"):
            path.unlink()
        write_desk(
            options.desk / "kb", options.articles, questions=options.questions, sections=options.sections
        )
        load_embedder(MODEL)
        compared = options.articles * (1 + options.questions), options.articles * options.sections
        print(f"{options.articles} articles: {compared[0]} phrasings, {compared[1]} passages")
        for title in ("nothing kept", "all kept", "one article changed"):
            if title == "one article changed":
                _change_one(options.desk / "kb")
            found = _run("load", options, Path(folder))
            print(
                f"load, {title:20}{found['seconds']:8.2f} s   ({found['cpu']:.2f} s of processor)"
                f"   first match {found['first']:.3f} s   {found['memory']:.0f} MB"
            )
        found = _run("match", options, Path(folder))
        print(
            f"embedding, batches of {BATCH}   {found['embedding']:8.2f} ms a mail ({found['tokens']:.0f} characters)"
        )
        print(
            f"all else                  {found['else']:8.2f} ms a mail ({found['else_cpu']:.2f} of processor)"
        )
        bare, through = _run("bare", options, Path(folder)), _run("pipeline", options, Path(folder))
        print(
            f"bare, batches of {BATCH}        {bare['rate']:8.1f} mails/s   {bare['cpu']:.1f} ms of processor a mail"
        )
        print(
            f"pipeline                  {through['rate']:8.1f} mails/s   {through['cpu']:.1f} ms of processor a mail, "
            f"{through['own']:.1f} of them beside the model   ratio {through['rate'] / bare['rate']:.2f}"
            f"   {through['answered']} answered   {through['memory']:.0f} MB"
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--sections", type=int, default=5)
    parser.add_argument("--mails", type=int, default=320)
    parser.add_argument("--phase", choices=tuple(_PHASES), help=argparse.SUPPRESS)
    parser.add_argument("--desk", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(phase: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--phase", phase, "--desk", str(options.desk)]
    for name in ("articles", "questions", "sections", "mails"):
        command += [f"--{name}", str(getattr(options, name))]
    # What is kept of this desk goes with it; the exported model is the user's.
    cache = folder / "cache"
    if not cache.exists():
        cache.mkdir()
        (cache / "models").symlink_to(cache_folder() / "models")
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "INBOXD_CACHE": str(cache)}
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _load(options: argparse.Namespace) -> dict[str, float]:
    desk = _open(options.desk)
    began, cpu = time.perf_counter(), time.process_time()
    desk.knowledge.load()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    desk.knowledge.match("", "How do I change my invoice in the app?", "en")
    return {"seconds": seconds, "cpu": cpu, "first": time.perf_counter() - began, "memory": _resident()}


def _match(options: argparse.Namespace) -> dict[str, float]:
    desk = _open(options.desk)
    desk.knowledge.load()
    index = desk.knowledge.index
    assert index is not None  # noqa: S101  it was loaded above
    written = [parse(raw) for raw in _mails(options)]
    asked = [(mail.subject, separate(mail).new_text) for mail in written]
    embedder = Counting(load_embedder(MODEL))
    remembering = RememberingEmbedder(embedder)
    characters, elapsed, cpu = 0, 0.0, 0.0
    inner = Counting(remembering)
    index = replace(index, embedder=inner)
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        units = [unit for subject, text in part for unit in simple_units(read_question(subject, text))]
        characters += sum(len(unit) for unit in units)
        remembering.embed(units)
        inner.seconds, began, began_cpu = 0.0, time.perf_counter(), time.thread_time()
        for subject, text in part:
            match(index, subject, text, "en", 0.03)
        elapsed += time.perf_counter() - began - inner.seconds
        cpu += time.thread_time() - began_cpu
    each = 1000 / len(asked)
    return {
        "embedding": embedder.seconds * each,
        "else": elapsed * each,
        "else_cpu": cpu * each,
        "tokens": characters / len(asked),
    }


def _bare(options: argparse.Namespace) -> dict[str, float]:
    embedder = load_embedder(MODEL)
    bodies = [parse(raw).text for raw in _mails(options)]
    embedder.embed(bodies[:BATCH])
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(bodies), BATCH):
        embedder.embed(bodies[start : start + BATCH])
    each = 1000 / len(bodies)
    return {
        "rate": len(bodies) / (time.perf_counter() - began),
        "cpu": (time.process_time() - cpu) * each,
    }


def _pipeline(options: argparse.Namespace) -> dict[str, float]:
    desk = _open(options.desk)
    desk.knowledge.load()
    arrivals = [
        Arrival(raw, f"customer{number}@shop{number}.example", ("support@acme.test",), "smtp")
        for number, raw in enumerate(_mails(options))
    ]
    accept(desk.engine, arrivals, NOW())
    ahead = ReadingAhead(desk, lambda _mail_id: None, lambda: None)
    began, cpu, own, done = time.perf_counter(), time.process_time(), time.thread_time(), 0
    ahead.look()
    while process_one(desk):
        done += 1
        ahead.look()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    own = time.thread_time() - own
    ahead.close()
    with desk.engine.connect() as connection:
        query = "select count(*) from outbox where kind = 'answer'"
        answered = connection.exec_driver_sql(query).scalar_one()
    return {
        "rate": done / seconds,
        "cpu": cpu / done * 1000,
        "own": own / done * 1000,
        "answered": answered,
        "memory": _resident(),
    }


def _open(folder: Path) -> Desk:
    config = load_config(folder / "config.toml")
    return build_desk(config, open_store(config.store_url), load_files(config), NOW)


def _mails(options: argparse.Namespace) -> list[bytes]:
    known = topics(options.articles)
    return [
        make_mail(number, known[number % len(known)], SENTENCES[number % len(SENTENCES)])
        for number in range(options.mails)
    ]


def _change_one(folder: Path) -> None:
    path = folder / "article-00000.md"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: Please "), "utf-8")


def _resident() -> float:
    """Return the resident megabytes of this process."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


_PHASES: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "load": _load,
    "match": _match,
    "bare": _bare,
    "pipeline": _pipeline,
}


if __name__ == "__main__":
    main()
