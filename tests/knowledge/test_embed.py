import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from inboxd.knowledge.articles import Article, Passage
from inboxd.knowledge.embed import Embedder, load_embedder
from inboxd.knowledge.index import build_index
from inboxd.knowledge.match import match
from inboxd.knowledge.model_export import PACKAGED_MODEL


@pytest.fixture(scope="module")
def model() -> Embedder:
    """Return the real model; exports it into the user's cache when that was never done."""
    return load_embedder(PACKAGED_MODEL)


def test_equal_meanings_are_near(model: Embedder) -> None:
    """Vectors are normalised, in the order of the texts, and say what is meant."""
    texts = ["How do I get my money back?", "What will the weather be like?", "I want a refund", ""]
    vectors = model.embed(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.allclose((vectors**2).sum(axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[2] > vectors[0] @ vectors[1] + 0.2
    assert np.allclose(model.embed(texts[:1])[0], vectors[0], atol=1e-5)
    assert model.embed([]).shape[0] == 0


def test_a_text_without_end_is_cut(model: Embedder) -> None:
    """128 tokens are read, whatever is written."""
    started = time.process_time()
    assert model.embed(["a" * 1_000_000, "word " * 200_000]).shape == (2, 384)
    assert time.process_time() - started < 5


def test_half_a_character_is_read_over(model: Embedder) -> None:
    """A lone surrogate, out of a broken mail or a file, is as good as a question mark."""
    broken, mended = model.embed(["my \ud83d invoice", "my ? invoice"])
    assert np.allclose(broken, mended, atol=1e-5)


def test_no_torch_comes_into_the_process() -> None:
    """The daemon's process runs the exported model and never imports torch."""
    code = (
        "import sys; from inboxd.knowledge.embed import load_embedder\n"
        f"load_embedder({PACKAGED_MODEL!r}).embed(['x'])\n"
        "assert not {'torch', 'sentence_transformers', 'sklearn', 'scipy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_the_real_model_answers_a_known_question_surely_and_a_foreign_one_never(model: Embedder) -> None:
    """In other words than the article's, wrapped as a mail, the refund article is sure; a foreign mail is not."""
    desk = (
        ("refund", "Getting a refund", ("How do I get my money back?", "I want a refund", "Please refund my payment", "How long does a refund take?")),
        ("password", "Resetting your password", ("I forgot my password", "How can I reset my password?", "The reset mail does not arrive")),
        ("invoice", "A copy of your invoice", ("Please send me the invoice again", "Where do I find my invoices?", "I need an invoice")),
        ("cancel", "Cancelling a subscription", ("How do I cancel my subscription?", "I want to stop the renewal", "Please end my plan")),
        ("export", "Exporting your data", ("How can I download all my data?", "Is there an export as CSV?", "I want a backup of my data")),
        ("hours", "Working hours", ("When do you answer mails?", "Are you there at the weekend?", "What are your opening hours?")),
    )  # fmt: skip
    index = build_index(
        tuple(
            Article(*entry, (), (), "en", True, (Passage("", entry[1]),), entry[1], "x.md", "0")
            for entry in desk
        ),
        model,
    )
    mail = "Hello,\n\nI bought the yearly plan. How can I get my money back?\n\nKind regards\nAda"
    found = match(index, "Question", mail, "en", 0.03)
    assert (found.matches[0].article, found.matches[0].sure) == ("refund", True)
    for foreign in (
        "Do you have a table for four on Friday evening?",
        "Who won the match last night?",
        "Do you hire?",
    ):
        assert not match(index, "", foreign, "en", 0.03).matches[0].sure


def test_a_folder_that_is_no_model_says_so(tmp_path: Path) -> None:
    """A configured folder without weights is a problem with its path."""
    with pytest.raises(Exception, match=r"no model\.safetensors"):
        load_embedder(str(tmp_path))
