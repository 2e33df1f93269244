"""Train ``inboxd/knowledge/sentiment.json`` on labelled comments, and say how well comments never seen are judged.

``python benchmarks/train_sentiment.py [--write]``: trains on ``benchmarks/survey_comments.tsv``, measures on
``tests/surveys/comments.tsv`` (text alone, no score). Only coefficients are written, no text. Takes some seconds.
"""

import argparse
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from inboxd.core.sentiment import Sentiment, sentiment_of, signs_of
from inboxd.knowledge.embed import load_embedder
from inboxd.knowledge.sentiment import VERSION, judge_comment

ROOT = Path(__file__).parent.parent
OUTPUT = ROOT / "inboxd" / "knowledge" / "sentiment.json"
MODEL = "all-MiniLM-L6-v2"
STRENGTH = 10.0
Row = tuple[str, str, str]


def main() -> None:
    """Train, write if asked to, and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    if parser.parse_args().write:
        OUTPUT.write_text(train(read_rows(ROOT / "benchmarks" / "survey_comments.tsv")), encoding="utf-8")
    rows = read_rows(ROOT / "tests" / "surveys" / "comments.tsv")
    embedder = load_embedder(MODEL)
    spoken = [row for row in rows if signs_of(row[2]).sentiment is not None]
    show("where the words speak", spoken, lambda text: sentiment_of(text, None))
    show("words alone", rows, lambda text: sentiment_of(text, None))
    show("words and model", rows, lambda text: judge_comment(embedder, text, None))


def read_rows(path: Path) -> list[Row]:
    """Return language, sentiment and text of each line."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if line)
    return [(language, sentiment, text) for language, sentiment, text in lines]


def train(rows: list[Row]) -> str:
    """Return the JSON of a logistic regression over the embeddings, classes in the order of ``Sentiment``."""
    embedder = load_embedder(MODEL)
    vectors = embedder.embed([text for _, _, text in rows])
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(vectors, [label for _, label, _ in rows])
    order = [list(model.classes_).index(one.value) for one in Sentiment]
    return json.dumps(
        {
            "version": VERSION,
            "model": embedder.name,
            "trained_on": len(rows),
            "classes": [one.value for one in Sentiment],
            "offsets": [round(float(one), 4) for one in model.intercept_[order]],
            "weights": np.round(model.coef_[order], 3).tolist(),
        }
    )


def show(name: str, rows: list[Row], judge: Callable[[str], str]) -> None:
    """Print how many of the rows are judged as they are labelled, in all and by language."""
    right = Counter(language for language, label, text in rows if judge(text) == label)
    total = Counter(language for language, _, _ in rows)
    by_language = ", ".join(f"{one} {right[one] / total[one]:.0%}" for one in sorted(total))
    print(f"{name}: {right.total() / total.total():.1%} of {total.total()} ({by_language})")


if __name__ == "__main__":
    main()
