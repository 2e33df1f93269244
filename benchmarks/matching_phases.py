"""What ``matching.py`` measures, each in a process of its own: loading, matching, the bare model, the pipeline."""

import argparse
import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from matching_desk import make_mail, topics
from matching_mails import is_question, mixed_question

from inboxd import garbage
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
# What a process does at its first mails it does not do again.
WARM = 20


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


def measure_load(options: argparse.Namespace) -> dict[str, float]:
    """Return what loading the desk and its first match take, and the memory then."""
    desk = _open(options.desk)
    began, cpu = time.perf_counter(), time.process_time()
    desk.knowledge.load()
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    began = time.perf_counter()
    desk.knowledge.match("", "How do I change my invoice in the app?", "en")
    return {"seconds": seconds, "cpu": cpu, "first": time.perf_counter() - began, "memory": _resident()}


def measure_match(options: argparse.Namespace) -> dict[str, float]:
    """Return what mails take in the model, and besides, by what kind of mail."""
    desk = _loaded(options.desk)
    index = desk.knowledge.index
    assert index is not None  # noqa: S101  it was loaded above
    written = [parse(raw) for raw in _mails(options)]
    asked = [(mail.subject, separate(mail).new_text) for mail in written]
    embedder = Counting(load_embedder(MODEL))
    remembering = RememberingEmbedder(embedder)
    characters, elapsed, cpu = 0, 0.0, 0.0
    inner = Counting(remembering)
    index = replace(index, embedder=inner)
    kinds = dict.fromkeys(SENTENCES, 0.0)
    for start in range(0, len(asked), BATCH):
        part = asked[start : start + BATCH]
        units = [unit for subject, text in part for unit in simple_units(read_question(subject, text))]
        characters += sum(len(unit) for unit in units)
        remembering.embed(units)
        for number, (subject, text) in enumerate(part, start):
            inner.seconds, began, began_cpu = 0.0, time.perf_counter(), time.thread_time()
            match(index, subject, text, "en", 0.03)
            took = time.thread_time() - began_cpu - inner.seconds
            elapsed += time.perf_counter() - began - inner.seconds
            cpu += took
            kinds[SENTENCES[number % len(SENTENCES)]] += took
    each = 1000 / len(asked)
    return {
        "embedding": embedder.seconds * each,
        "else": elapsed * each,
        "else_cpu": cpu * each,
        "tokens": characters / len(asked),
        **{str(number): seconds * each * len(SENTENCES) for number, seconds in kinds.items()},
    }


def measure_bare(options: argparse.Namespace) -> dict[str, float]:
    """Return what the model alone takes for whole bodies: of all mails, and of those that ask."""
    embedder = load_embedder(MODEL)
    mails = _mails(options)[WARM:]
    bodies = [parse(raw).text for raw in mails]
    asking = [
        body for number, body in enumerate(bodies, WARM) if options.kind == "short" or is_question(number)
    ]
    embedder.embed(bodies[:BATCH])
    seconds, cpu = _embed(embedder, bodies)
    only, _ = _embed(embedder, asking)
    each = 1000 / len(bodies)
    tokenizer = getattr(embedder, "_tokenizer", None)
    tokens = sum(len(one.ids) for one in tokenizer.encode_batch(bodies)) if tokenizer else 0
    return {
        "rate": len(bodies) / seconds,
        "cpu": cpu * each,
        "asking": only * each,
        "tokens": tokens / len(bodies),
    }


def _embed(embedder: Embedder, texts: Sequence[str]) -> tuple[float, float]:
    """Return the seconds, and those of processor, that texts take in batches."""
    began, cpu = time.perf_counter(), time.process_time()
    for start in range(0, len(texts), BATCH):
        embedder.embed(texts[start : start + BATCH])
    return time.perf_counter() - began, time.process_time() - cpu


def measure_pipeline(options: argparse.Namespace) -> dict[str, float]:
    """Return what mails take from where they were accepted to where they are answered."""
    desk = _loaded(options.desk)
    arrivals = [Arrival(raw, _reverse_path(raw), ("support@acme.test",), "smtp") for raw in _mails(options)]
    ahead = ReadingAhead(desk, lambda _mail_id: None, lambda: None)
    _take(desk, arrivals[:WARM], ahead)
    model = _embedding_here(desk)
    began, cpu, own = time.perf_counter(), time.process_time(), time.thread_time()
    done = _take(desk, arrivals[WARM:], ahead)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    own = time.thread_time() - own - sum(model)
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


def _reverse_path(raw: bytes) -> str:
    """Return who the mail's errors go to: its writer, but nobody where it tells of one itself (RFC 5321 4.5.5)."""
    writer = raw.partition(b"<")[2].partition(b">")[0].decode("ascii")
    return "" if writer.startswith("mailer-daemon") else writer


def _take(desk: Desk, arrivals: Sequence[Arrival], ahead: ReadingAhead) -> int:
    """Take mails and work on them as the worker does; return how many there were."""
    accept(desk.engine, arrivals, NOW())
    done = 0
    ahead.look()
    while process_one(desk):
        done += 1
        ahead.look()
    return done


def _embedding_here(desk: Desk) -> list[float]:
    """Return a list that is told the processor seconds this thread spends in the model from now on."""
    index, spent, here = desk.knowledge.index, [], threading.get_ident()
    assert index is not None  # noqa: S101  it was loaded before
    inner = index.embedder._inner  # type: ignore[union-attr]  # noqa: SLF001  the model behind what remembers
    embed = inner.embed

    def timed(texts: Sequence[str]) -> Vectors:
        began = time.thread_time()
        try:
            rows: Vectors = embed(texts)
            return rows
        finally:
            if threading.get_ident() == here:
                spent.append(time.thread_time() - began)

    inner.embed = timed
    return spent


def _loaded(folder: Path) -> Desk:
    """Return the desk as a worker has it seconds after its start: what is there then is not looked through for garbage."""
    desk = _open(folder)
    desk.knowledge.load()
    garbage.settle()
    return desk


def _open(folder: Path) -> Desk:
    config = load_config(folder / "config.toml")
    return build_desk(config, open_store(config.store_url), load_files(config), NOW)


def _mails(options: argparse.Namespace) -> list[bytes]:
    known = topics(options.articles)
    if options.kind == "mixed":
        return [mixed_question(number, known[number % len(known)]) for number in range(options.mails)]
    return [
        make_mail(number, known[number % len(known)], SENTENCES[number % len(SENTENCES)])
        for number in range(options.mails)
    ]


def _resident() -> float:
    """Return the resident megabytes of this process."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))
