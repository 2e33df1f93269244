"""``python -m inboxd.knowledge.tune_model TASK FOLDER``: train a sentence model on pairs of texts that mean the same.

Runs in a process of its own, so that torch never is in the daemon's. TASK is a JSON file with ``location`` (the model
to begin with), ``pairs`` (lists of two texts and the number of what they ask for) and ``epochs``; the trained model is
saved to FOLDER. A line ``done of all`` goes to stdout after every batch. Pairs in a batch ask for different things, so
that each is a counter-example to the others (in-batch negatives: Henderson et al. 2017, the multiple negatives
ranking loss of sentence-transformers).
"""

import json
import random
import sys
from pathlib import Path
from typing import Any

from inboxd.knowledge.embed import MAX_TOKENS

BATCH = 16
LEARNING_RATE = 2e-5
WARM_UP = 0.1
_SEED = 20261116

Pair = tuple[str, str, int]


def main(arguments: list[str]) -> int:
    """Train and return the exit code."""
    task_file, folder = arguments
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    pairs = [(str(one), str(other), int(label)) for one, other, label in task["pairs"]]
    train(str(task["location"]), pairs, int(task["epochs"]), Path(folder))
    return 0


def batches(pairs: list[Pair], dice: random.Random) -> list[list[Pair]]:
    """Return the pairs in shuffled batches, no two of which ask for the same thing; those of one pair are left out."""
    waiting = pairs.copy()
    dice.shuffle(waiting)
    open_batches: list[tuple[list[Pair], set[int]]] = []
    done: list[list[Pair]] = []
    for pair in waiting:
        place = next((one for one in open_batches if pair[2] not in one[1]), None)
        if place is None:
            place = ([], set())
            open_batches.append(place)
        place[0].append(pair)
        place[1].add(pair[2])
        if len(place[0]) == BATCH:
            done.append(place[0])
            open_batches.remove(place)
    return done + [batch for batch, _ in open_batches if len(batch) > 1]


def train(location: str, pairs: list[Pair], epochs: int, folder: Path) -> None:
    """Train a model and save it."""
    import torch  # noqa: PLC0415  costs 4 s and 480 MB, wanted in this process only
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415  likewise

    torch.manual_seed(_SEED)
    dice = random.Random(_SEED)
    model: Any = SentenceTransformer(location, device="cpu")
    model.max_seq_length = MAX_TOKENS
    plan = [batch for _ in range(epochs) for batch in batches(pairs, dice)]
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE)
    warm = max(1, round(WARM_UP * len(plan)))
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / len(plan))
    )
    model.train()
    for number, batch in enumerate(plan, 1):
        loss = _loss(model, [one for one, _, _ in batch], [other for _, other, _ in batch])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        print(f"{number} of {len(plan)}", flush=True)  # noqa: T201  the parent draws the bar from it
    model.save(str(folder), create_model_card=False)


def _loss(model: Any, ones: list[str], others: list[str]) -> Any:
    import torch  # noqa: PLC0415  in this process only

    left, right = (
        torch.nn.functional.normalize(model(_tokens(model, texts))["sentence_embedding"], dim=1)
        for texts in (ones, others)
    )
    scores = left @ right.T * 20.0
    labels = torch.arange(len(ones))
    both = torch.nn.functional.cross_entropy(scores, labels) + torch.nn.functional.cross_entropy(
        scores.T, labels
    )
    return both / 2


def _tokens(model: Any, texts: list[str]) -> Any:
    return dict(
        model.tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
