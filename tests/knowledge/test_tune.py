import random
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from inboxd.errors import PermanentError
from inboxd.knowledge import tune
from inboxd.knowledge.articles import Article
from inboxd.knowledge.learning import is_held_out
from inboxd.knowledge.model_export import TUNED_PREFIX, ModelSource, export_folder, resolve_source
from inboxd.knowledge.shelf import Learnt
from inboxd.knowledge.tune import Figures, Task, groups_of, is_better, plan_lessons, why_not, write_result
from inboxd.knowledge.tune_model import BATCH, batches, steps_for

SOURCE = ModelSource("m", "folder", "0" * 64)


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
    """What is asked afterwards is in no group; of a left-out article nothing is trained, and nothing may answer it."""
    lessons = plan_lessons(desk(20, 8), [Learnt(f"Mail {n} about 3", "a3") for n in range(20)])
    trained = {text for group in lessons.groups for text in group}
    assert not trained & {text for text, _ in lessons.asked}
    left_out = {f"a{n}" for n in range(20)} - {one.slug for one in lessons.articles}
    assert left_out
    assert sum(article is None for _, article in lessons.asked) >= len(left_out)
    assert all(is_held_out(text) for text, article in lessons.asked if article is not None)
    assert lessons == plan_lessons(desk(20, 8), [Learnt(f"Mail {n} about 3", "a3") for n in range(20)])
    assert why_not(lessons) == ""


def test_mails_that_prove_the_threshold_are_never_trained_on() -> None:
    """All phrasings of the author are trained on in the end, and of the learnt mails all but the held-out fifth."""
    mails = [Learnt(f"Mail {n} about 3", "a3") for n in range(30)]
    groups = groups_of(desk(5, 4), mails)
    assert [len(group) for group in groups if "Title 3" not in group] == [5, 5, 5, 5]
    (about,) = (group for group in groups if "Title 3" in group)
    assert {text for text in about if text.startswith("Mail")} == {
        one.text for one in mails if not is_held_out(one.text)
    }


@pytest.mark.parametrize(
    ("articles", "questions", "why"), [(2, 9, "articles"), (9, 1, "phrasings"), (8, 5, "held-out")]
)
def test_too_little_to_learn_from(articles: int, questions: int, why: str) -> None:
    """A desk with few articles or phrasings is told why it cannot be tuned for."""
    assert why in why_not(plan_lessons(desk(articles, questions), ()))


def test_better_is_truer_confidences_and_no_more_wrong_answers() -> None:
    """Less surprise is better unless more answers would be wrong; the same is not better."""
    before = Figures(100, 80, 40, 1, 0.5)
    assert is_better(Figures(100, 80, 35, 1, 0.45), before)
    assert is_better(Figures(100, 80, 45, 0, 0.45), before)
    assert not is_better(Figures(100, 90, 60, 2, 0.3), before)
    assert not is_better(before, before)


def test_a_batch_is_an_article_with_those_most_like_it() -> None:
    """Each article begins a batch as often as any other, is in a batch once, and gives two different phrasings."""
    groups = [tuple(f"{at}-{n}" for n in range(4)) for at in range(90)]
    nearest = [sorted(range(90), key=lambda other, at=at: abs(other - at)) for at in range(90)]
    drawn = batches(groups, nearest, random.Random(1))
    firsts = []
    for _ in range(90):
        batch = next(drawn)
        asked = [int(one.partition("-")[0]) for one, _ in batch]
        assert len(set(asked)) == len(asked) == BATCH
        assert all(one != other and one.partition("-")[0] == other.partition("-")[0] for one, other in batch)
        assert max(abs(at - asked[0]) for at in asked) <= 3 * BATCH
        firsts.append(asked[0])
    assert sorted(firsts) == list(range(90))
    assert len(next(batches(groups[:5], [list(range(5))] * 5, random.Random(1)))) == 5
    assert [steps_for([()] * articles) for articles in (6, 100, 5_000)] == [60, 100, 150]


def test_progress_is_told_and_a_failure_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The training process reports its batches; when it fails, its last line is the error, and nothing is kept."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    seen: list[tuple[int, int]] = []
    script = "print('1 of 2', flush=True); print('noise'); raise SystemExit('no memory left')"
    run = tune._run
    monkeypatch.setattr(tune, "_run", lambda _command, told: run([sys.executable, "-c", script], told))
    with pytest.raises(PermanentError, match="no memory left"):
        tune.tune(SOURCE, Task(desk(4, 4), (), 0.03), lambda done, total: seen.append((done, total)))
    assert seen == [(1, 2)]
    assert list((tmp_path / "tuned").iterdir()) == []


@pytest.mark.parametrize("better", [True, False])
def test_what_was_found_is_kept(*, better: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same desk is trained for once, be it for nothing; the model is named so that nobody takes it for another."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    runs: list[list[str]] = []

    def pretend(command: list[str], _told: object) -> None:
        runs.append(command)
        made = Path(command[-1])
        write_result(made, Figures(9, 8, 7, 0, 0.5), Figures(9, 9, 8, 0, 0.4), {})
        if better:
            (made / "modules.json").write_text("[]", encoding="utf-8")

    monkeypatch.setattr(tune, "_run", pretend)
    task = Task(desk(4, 4), (), 0.03)
    first, again = (tune.tune(SOURCE, task, lambda *_: None) for _ in range(2))
    assert first == again
    assert first.adopted is better
    assert first.after.top1 == 9
    assert not better or Path(first.folder).name.startswith(f"{TUNED_PREFIX}m-")
    assert len(runs) == 1
    tune.tune(SOURCE, replace(task, learnt=(Learnt("More", "a1"),)), lambda *_: None)
    assert len(runs) == 2


def test_half_a_result_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A training process that wrote no figures has trained nothing."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    monkeypatch.setattr(
        tune, "_run", lambda command, _told: (Path(command[-1]) / "result.json").write_text("{")
    )
    with pytest.raises(PermanentError, match="figures"):
        tune.tune(SOURCE, Task(desk(4, 4), (), 0.03), lambda *_: None)


def test_a_model_that_is_used_no_more_is_removed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With its export; what lies elsewhere, or is gone already, is nobody's business."""
    monkeypatch.setenv("INBOXD_CACHE", str(tmp_path))
    folder = tmp_path / "tuned" / "tuned-m-1"
    folder.mkdir(parents=True)
    (folder / "model.safetensors").write_bytes(b"weights")
    export = export_folder(resolve_source(str(folder)))
    export.mkdir(parents=True)
    elsewhere = tmp_path / "mine"
    elsewhere.mkdir()
    for one in (folder, folder, elsewhere):
        tune.discard(str(one))
    assert not folder.exists()
    assert not export.exists()
    assert elsewhere.exists()
