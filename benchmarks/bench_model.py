"""Matching: the whole pipeline beside the bare model, and all that is done beside the model at 5,000 passages."""

import re
import subprocess
import sys
from pathlib import Path

from bench_table import Line, Row

_HERE = Path(__file__).parent


def model_rows(articles: int = 200, mails: int = 320) -> list[Line]:
    """Return the row of the pipeline with a model by the bare batched rate of the same model on the same mails."""
    said = _matching(articles, mails, 2)
    bare, ratio = _figure(said, r"bare, .*?([\d.]+) mails/s"), _figure(said, r"ratio ([\d.]+)")
    own = _figure(said, r"([\d.]+) of them beside the model")
    beside = f"{bare:.0f} mails/s bare; {own:.1f} ms of processor a mail beside the model"
    return [Row(f"answer with {articles} articles / bare model", ratio, "times", 0.75, beside=beside)]


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
