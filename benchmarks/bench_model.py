"""Matching: the whole pipeline beside the bare model, and all that is done beside the model at 5,000 passages."""

import re
import subprocess
import sys
from pathlib import Path

from bench_table import Line, Row

_HERE = Path(__file__).parent


def model_rows(articles: int = 200, mails: int = 340) -> list[Line]:
    """Return the rows of the pipeline with a model by the bare batched rate of the same model on the same mails.

    Mixed mails, as without the model, and mails that are nothing but a question of one to four sentences.
    """
    said = _matching(articles, mails, 2)
    return [_model_row(said, articles, "mixed", 0.75), _model_row(said, articles, "short", 0.0)]


def _model_row(said: str, articles: int, kind: str, goal: float) -> Row:
    bare = _figure(said, rf"bare, {kind}, .*?([\d.]+) mails/s")
    through = rf"pipeline, {kind} .*?"
    own, ratio = (
        _figure(said, through + r"([\d.]+) of them beside"),
        _figure(said, through + r"ratio ([\d.]+)"),
    )
    cpu = _figure(said, through + r"by processor ([\d.]+)")
    beside = (
        f"{bare:.0f} mails/s bare; {own:.1f} ms of processor a mail beside the model; by processor {cpu:.2f}"
    )
    return Row(
        f"answer with {articles} articles / bare model, {kind} mails", ratio, "times", goal, beside=beside
    )


def match_rows(articles: int = 1000, mails: int = 96) -> list[Line]:
    """Return the row of what a match does beside the model at 5,000 passages (takes minutes: they are embedded once)."""
    said = _matching(articles, mails, 5)
    own = _figure(said, r"all else .*?\(([\d.]+) of processor")
    embedding = _figure(said, r"embedding, .*?([\d.]+) ms a mail")
    return [
        Row("match, embedding in batches of 32", embedding, "ms a mail", 10, least=False),
        Row(f"match, all else at {articles * 5} passages", own, "ms of processor", 2, least=False),
    ]


def _matching(articles: int, mails: int, sections: int) -> str:
    command = [sys.executable, str(_HERE / "matching.py"), "--articles", str(articles), "--mails", str(mails)]
    command += ["--sections", str(sections)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _figure(said: str, pattern: str) -> float:
    found = re.search(pattern, said)
    if found is None:
        raise ValueError(said)
    return float(found[1])
