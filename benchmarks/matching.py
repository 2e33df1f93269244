"""What the knowledge base costs: loading, a mail's embedding and all else, memory (``make bench-matching``).

    python benchmarks/matching.py [--articles 500] [--questions 4] [--sections 5] [--mails 320]

A desk of made-up articles: title, questions and sections are what mails are compared with. Loaded three times, each in a
process of its own: with nothing kept, with everything kept, and with one article changed. *Else* is all a match does
beside the model, each kind of mail for itself, too. *Pipeline* takes mails accepted before through reading, matching,
deciding and filing, as the worker does, once what every process does once (templates) is done; *bare* is the same model on
the same mails' whole bodies in batches of 32, and nothing else. Both are measured on mails that ask in one to four sentences
and nothing else, and on mixed mails (``matching_mails.py``), of which the bare model reads all, or those alone that ask.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from matching_desk import write_desk
from matching_phases import (
    BATCH,
    MODEL,
    SENTENCES,
    measure_bare,
    measure_load,
    measure_match,
    measure_pipeline,
)

from inboxd.knowledge.embed import load_embedder
from inboxd.knowledge.model_export import cache_folder


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
        kinds = ", ".join(f"{found[str(number)]:.1f} of {number}" for number in SENTENCES)
        print(
            f"all else                  {found['else']:8.2f} ms a mail ({found['else_cpu']:.2f} of processor: {kinds} sentences)"
        )
        for kind in ("short", "mixed"):
            options.kind = kind
            _print_pipeline(
                kind, _run("bare", options, Path(folder)), _run("pipeline", options, Path(folder))
            )


def _print_pipeline(kind: str, bare: dict[str, Any], through: dict[str, Any]) -> None:
    print(
        f"bare, {kind}, batches of {BATCH} {bare['rate']:8.1f} mails/s   {bare['cpu']:.1f} ms of processor a mail"
        f" ({bare['tokens']:.0f} tokens; {bare['asking']:.1f} ms of reading only those that ask)"
    )
    ratio, asking = through["rate"] / bare["rate"], bare["asking"] / 1000 * through["rate"]
    print(
        f"pipeline, {kind}           {through['rate']:8.1f} mails/s   {through['cpu']:.1f} ms of processor a mail, "
        f"{through['own']:.1f} of them beside the model   ratio {ratio:.2f}, by processor {bare['cpu'] / through['cpu']:.2f}"
        f"   (beside those that ask {asking:.2f})   {through['answered']} answered   {through['memory']:.0f} MB"
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=500)
    parser.add_argument("--questions", type=int, default=4)
    parser.add_argument("--sections", type=int, default=5)
    parser.add_argument("--mails", type=int, default=320)
    parser.add_argument("--phase", choices=tuple(_PHASES), help=argparse.SUPPRESS)
    parser.add_argument("--kind", choices=("short", "mixed"), default="short", help=argparse.SUPPRESS)
    parser.add_argument("--desk", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(phase: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    command = [sys.executable, __file__, "--phase", phase, "--desk", str(options.desk)]
    for name in ("articles", "questions", "sections", "mails", "kind"):
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


def _change_one(folder: Path) -> None:
    path = folder / "article-00000.md"
    path.write_text(path.read_text("utf-8").replace("title: ", "title: Please "), "utf-8")


_PHASES: dict[str, Callable[[argparse.Namespace], dict[str, float]]] = {
    "load": measure_load,
    "match": measure_match,
    "bare": measure_bare,
    "pipeline": measure_pipeline,
}


if __name__ == "__main__":
    main()
