"""Train ``inboxd/knowledge/calibrator.json`` across labelled question sets, and say how well it holds on unseen ones.

``python benchmarks/train_calibrator.py [--write] FOLDER…``: every folder is a desk with ``kb/*.md``,
``questions.jsonl`` (``{"text", "article", "also"?, "subject"?}``), perhaps ``mails.jsonl`` (the same as mails) and
``history.jsonl`` (answered mails, used as further phrasings). Folders whose names agree up to the first ``-`` are one
set: the printed figures leave that set out of the training. Beside the folders as they are, the calibrator learns from
random smaller desks out of them (``virtual_desks.py``). Only coefficients are written, no text. Takes some minutes.

``--tuned`` also reports every English folder as it stands after its first night (files ``tuned …``): with the sentence model
tuned on its articles where the rehearsal says that it is better. That teaches the calibrator nothing, and takes minutes
per folder.
"""

import argparse
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from calibrator_fit import fit, no_laxer
from calibrator_report import report
from calibrator_runs import MODEL, Remembering, is_english, runs_of, tuned_runs, virtual_runs

from inboxd.knowledge import confidence
from inboxd.knowledge.confidence import Calibrator
from inboxd.knowledge.embed import load_embedder
from inboxd.knowledge.features import FEATURES
from inboxd.knowledge.mixture import Mixture
from inboxd.knowledge.space import Script

OUTPUT = Path(__file__).parent.parent / "inboxd" / "knowledge" / "calibrator.json"
PROVENANCE = (
    "Coefficients only. english: CLINC150 (CC BY 3.0), BANKING77 (CC BY 4.0), HWU64 and the Rasa demo (Apache-2.0), each "
    "with 1, 2, 3, 5 and 10 phrasings an article, as bare questions and wrapped as mails, and 30 random smaller desks out of "
    "each. latin: the same (10 smaller ones) with the weight "
    "that sentence vectors get there, and benchmarks/desks/de-shop. cjk: benchmarks/desks/zh-shop (both written for this)."
)


def main() -> None:
    """Collect, report with each set left out, and write with all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--tuned", action="store_true")
    options = parser.parse_args()
    embedder = Remembering(load_embedder(MODEL))
    fitted: dict[Script, Calibrator] = {}
    for script in Script:
        started = time.monotonic()
        runs = [run for folder in options.folders for run in runs_of(folder, script, embedder)]
        runs += virtual_runs(options.folders, script, embedder)
        if options.tuned and script is Script.ENGLISH:
            english = [folder for folder in options.folders if is_english(folder)]
            runs += [run for folder in english for run in tuned_runs(folder, embedder)]
        print(f"\n{script.value}: {len(runs)} runs in {time.monotonic() - started:.0f} s", flush=True)
        bounds = report(runs, script)
        fitted[script] = replace(fit(runs, script), bounds=bounds)
    scripts = {script.value: _entry(no_laxer(one, fitted[Script.ENGLISH])) for script, one in fitted.items()}
    if options.write:
        _write(scripts)


def _entry(calibrator: Calibrator) -> dict[str, Any]:
    return {
        "mean": calibrator.mean,
        "scale": calibrator.scale,
        "weights": calibrator.weights,
        "offset": round(calibrator.offset, 5),
        "thresholds": calibrator.thresholds,
        "bounds": calibrator.bounds,
        "usual": _heaps(calibrator.usual),
    }


def _write(scripts: dict[str, Any]) -> None:
    head = {"version": confidence.VERSION, "provenance": PROVENANCE, "features": FEATURES}
    OUTPUT.write_text(json.dumps({**head, "scripts": scripts}, indent=1) + "\n", encoding="utf-8")


def _heaps(usual: Mixture | None) -> dict[str, float] | None:
    if usual is None:
        return None
    return {
        "share": usual.share,
        "wrong_mean": usual.wrong.mean,
        "wrong_spread": usual.wrong.spread,
        "right_mean": usual.right.mean,
        "right_spread": usual.right.spread,
    }


if __name__ == "__main__":
    main()
