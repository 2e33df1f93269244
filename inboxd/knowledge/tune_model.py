"""A sentence model learns a desk's own questions apart: contrastive training of its upper layers.

Only in a process of its own (``tune_process.py``): torch never is in the daemon's. A batch is one article with those
most like it, a pair of phrasings each, so that what is easily confused is each other's counter-example (in-batch
negatives: Henderson et al. 2017; hard ones: Karpukhin et al. 2020), and some questions of other people. What the
two upper layers alone gain is measured in docs/matching.md; training all of them takes twice the time.
"""

import itertools
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

BATCH = 20
STRANGERS = 10
TOP_LAYERS = 2
LEARNING_RATE = 5e-5
WARM_UP = 0.1
# Questions are short; the end of a long one teaches nothing but takes the time of many.
TAUGHT_TOKENS = 32
_SHARPNESS = 20.0
# Counter-examples are drawn from so many times a batch of the articles most like the first.
_NEIGHBOURHOOD = 3
_FEWEST_STEPS, _MOST_STEPS = 60, 150
_SEED = 20261116
_LAYER = re.compile(r"(?:^|\.)layers?\.(\d+)(?:\.|$)")

Groups = Sequence[Sequence[str]]
Pair = tuple[str, str]


def steps_for(groups: Groups) -> int:
    """Return how many batches are trained on: 60 for 36 articles or fewer, 150 for 225 or more."""
    return min(_MOST_STEPS, max(_FEWEST_STEPS, round(10 * math.sqrt(len(groups)))))


def train(model: Any, groups: Groups, strangers: Sequence[str], on_step: Callable[[int, int], None]) -> None:
    """Train a loaded ``SentenceTransformer`` in place; the same model and texts give the same weights.

    ``groups`` are the phrasings of one article each, two at least. ``on_step`` is told the steps done and all of them.
    """
    import torch  # noqa: PLC0415  costs 4 s and 480 MB, wanted in this process only

    torch.manual_seed(_SEED)
    dice = random.Random(_SEED)
    steps = steps_for(groups)
    weights = _open_top(model)
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE)
    warm = max(1, round(WARM_UP * steps))
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / steps)
    )
    drawn = batches(groups, _nearest_first(model, groups), dice)
    for number, batch in enumerate(itertools.islice(drawn, steps), 1):
        others = dice.sample(list(strangers), min(STRANGERS, len(strangers)))
        _loss(model, batch, others).backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        on_step(number, steps)
    model.eval()


def batches(
    groups: Groups, nearest_first: Sequence[Sequence[int]], dice: random.Random
) -> Iterator[list[Pair]]:
    """Yield batches without end: a pair of phrasings of each of some articles that are like the first of them.

    ``nearest_first`` has for every article all articles, itself first. Each article is the first one equally often.
    """
    while True:
        for first in dice.sample(range(len(groups)), len(groups)):
            near = list(nearest_first[first][1 : _NEIGHBOURHOOD * BATCH])
            chosen = [first, *dice.sample(near, min(BATCH - 1, len(near)))]
            yield [_pair(groups[at], dice) for at in chosen]


def _pair(group: Sequence[str], dice: random.Random) -> Pair:
    one, other = dice.sample(list(group), 2)
    return one, other


def _nearest_first(model: Any, groups: Groups) -> list[list[int]]:
    flat = [text for group in groups for text in group]
    rows = np.asarray(model.encode(flat, normalize_embeddings=True, show_progress_bar=False), np.float32)
    ends = np.cumsum([len(group) for group in groups])
    centroids = np.stack([part.mean(axis=0) for part in np.split(rows, ends[:-1])])
    centroids /= np.maximum(np.linalg.norm(centroids, axis=1, keepdims=True), 1e-9)
    alike = centroids @ centroids.T
    np.fill_diagonal(alike, 2.0)
    return [order.tolist() for order in np.argsort(-alike, axis=1, kind="stable")]


def _open_top(model: Any) -> list[Any]:
    """Return the weights to train: the upper layers', all of a model whose layers have no numbers."""
    model.eval()
    numbers = {int(found[1]) for name, _ in model.named_parameters() if (found := _LAYER.search(name))}
    top = set(sorted(numbers)[-TOP_LAYERS:])
    for name, module in model.named_modules():
        found = _LAYER.search(name)
        if not top or (found and int(found[1]) in top):
            # Dropout only where something learns.
            module.training = True
    for name, weight in model.named_parameters():
        found = _LAYER.search(name)
        weight.requires_grad = not top or bool(found and int(found[1]) in top)
    return [weight for weight in model.parameters() if weight.requires_grad]


def _loss(model: Any, batch: Sequence[Pair], others: Sequence[str]) -> Any:
    import torch  # noqa: PLC0415  in this process only

    texts = [one for one, _ in batch] + [other for _, other in batch] + list(others)
    rows = torch.nn.functional.normalize(model(_tokens(model, texts))["sentence_embedding"], dim=1)
    left, right, foreign = rows[: len(batch)], rows[len(batch) : 2 * len(batch)], rows[2 * len(batch) :]
    labels = torch.arange(len(batch))
    losses = [
        torch.nn.functional.cross_entropy(own @ torch.cat([theirs, foreign]).T * _SHARPNESS, labels)
        for own, theirs in ((left, right), (right, left))
    ]
    return (losses[0] + losses[1]) / 2


def _tokens(model: Any, texts: list[str]) -> dict[str, Any]:
    return dict(
        model.tokenizer(texts, padding=True, truncation=True, max_length=TAUGHT_TOKENS, return_tensors="pt")
    )
