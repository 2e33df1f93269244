import random
import sys
from pathlib import Path

import pytest

from inboxd.errors import PermanentError
from inboxd.knowledge import tune
from inboxd.knowledge.articles import Article
from inboxd.knowledge.learning import is_held_out
from inboxd.knowledge.model_export import ModelSource
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.tune import Figures, is_better, plan_lessons, why_not
from inboxd.knowledge.tune_model import BATCH, batches


def desk(articles: int, questions: int) -> tuple[Article, ...]:
    """Return articles with that many questions each."""
    return tuple(
        Article(
            *(f"a{number}", f"Title {number}", tuple(f"How does {number} do {q}?" for q in range(questions))),
            *((), (), "en", True, (), "x", "a.md", "0"),
        )
        for number in range(articles)
    )


def test_held_out_texts_are_never_trained_on() -> None:
    """What is asked afterwards is in no pair; of a left-out article nothing is trained, and nothing may answer it."""
    lessons = plan_lessons(desk(20, 8), [Learnt(f"Mail {n} about 3", "a3") for n in range(20)])
    trained = {text for one, other, _ in lessons.pairs for text in (one, other)}
    assert not trained & {text for text, _ in lessons.asked}
    left_out = {f"a{n}" for n in range(20)} - {one.slug for one in lessons.articles}
    assert left_out
    assert sum(article is None for _, article in lessons.asked) >= len(left_out)
    assert all(is_held_out(text) for text, article in lessons.asked if article is not None)
    assert lessons == plan_lessons(desk(20, 8), [Learnt(f"Mail {n} about 3", "a3") for n in range(20)])
    assert why_not(lessons) == ""


@pytest.mark.parametrize(
    ("articles", "questions", "why"), [(2, 9, "articles"), (5, 1, "pairs"), (4, 5, "held-out")]
)
def test_too_little_to_learn_from(articles: int, questions: int, why: str) -> None:
    """A desk with few articles or phrasings is told why it cannot be tuned for."""
    assert why in why_not(plan_lessons(desk(articles, questions), ()))


def test_better_is_more_right_answers_or_fewer_wrong_ones() -> None:
    """One wrong answer more outweighs a few right ones; the same is not better; first places break the tie."""
    before = Figures(100, 80, 40, 0)
    assert is_better(Figures(100, 80, 45, 0), before, 0.03)
    assert not is_better(Figures(100, 90, 45, 1), before, 0.03)
    assert is_better(Figures(100, 81, 40, 0), before, 0.03)
    assert not is_better(before, before, 0.03)


def test_batches_hold_each_article_once() -> None:
    """No two pairs of a batch ask for the same thing, and no pair is in two batches."""
    pairs = [(f"{n}-{k}", "x", n) for n in range(20) for k in range(5)]
    made = batches(pairs, random.Random(1))
    assert all(len({label for *_, label in batch}) == len(batch) <= BATCH for batch in made)
    flat = [pair for batch in made for pair in batch]
    assert len(flat) == len(set(flat)) >= 0.9 * len(pairs)


def test_progress_is_told_and_a_failure_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The training process reports its batches; when it fails, its last line is the error, and nothing is kept."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    seen: list[tuple[int, int]] = []
    script = "print('1 of 2', flush=True); print('noise'); raise SystemExit('no memory left')"
    run = tune._run
    monkeypatch.setattr(tune, "_run", lambda _command, told: run([sys.executable, "-c", script], told))
    source = ModelSource("m", str(tmp_path), "0" * 64)
    with pytest.raises(PermanentError, match="no memory left"):
        tune.train(source, plan_lessons(desk(4, 4), ()), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2)]
    assert list((tmp_path / "tuned").iterdir()) == []
