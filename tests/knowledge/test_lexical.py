import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.lexical import (
    bm25_of_all,
    build_bm25,
    covered_share,
    held_share,
    known_share,
    weigh,
)
from inboxd.knowledge.terms import cjk_share, grams, stem, words

TEXTS = [
    words(text) for text in ("refund my order", "reset my password", "send the invoice", "my my my order")
]


def test_words_are_folded_and_stemmed() -> None:
    """Case, width and the commonest endings do not tell words apart."""
    assert words("Ｃａｒｄｓ charged, stopping!") == ("card", "charg", "stop")


@pytest.mark.parametrize(
    ("word", "root"),
    [
        ("policies", "policy"),
        ("boss", "boss"),
        ("ring", "ring"),
        ("falling", "fall"),
        ("bus", "bus"),
        ("invoice", "invoic"),
    ],
)
def test_stems(word: str, root: str) -> None:
    """Endings are cut only where a word is left."""
    assert stem(word) == root


def test_chinese_is_read_by_characters_and_pairs() -> None:
    """Without spaces, characters and their neighbours are the words."""
    assert words("更换电池") == ("更", "换", "电", "池", "更换", "换电", "电池")
    assert "更换电" in grams("更换电池")
    assert cjk_share("更换 USB") == 0.4


def test_grams_know_the_ends_of_words() -> None:
    """A prefix is not the same as the middle of a word."""
    assert " ab" in grams("ab")
    assert "b " in grams("ab")


def test_bm25_says_how_much_of_the_query_a_text_holds() -> None:
    """Unknown words count against every text, and nothing exceeds one."""
    index = build_bm25(TEXTS)
    scores = bm25_of_all(index, [words("refund order")])[0]
    assert scores.argmax() == 0
    assert bm25_of_all(index, [words("refund order xyzzy")])[0, 0] < scores[0] <= 1
    assert bm25_of_all(index, [()]).tolist() == [[0, 0, 0, 0]]


def test_a_background_makes_common_words_cheap() -> None:
    """What everybody says distinguishes nothing."""
    plain, taught = build_bm25(TEXTS), build_bm25(TEXTS, [("order",)] * 50)
    assert known_share(taught, ("order", "xyzzy")) < known_share(plain, ("order", "xyzzy"))


def test_known_share_of_some_texts() -> None:
    """A word of another text is unknown to this one."""
    index = build_bm25(TEXTS)
    assert known_share(index, ("invoic",), np.array([True, True, False, False])) == 0
    assert known_share(index, ("invoic",), np.array([False, False, True, False])) == 1


def test_covered_share_is_the_other_way_round() -> None:
    """A short phrasing wholly said in a long mail is covered."""
    index = build_bm25(TEXTS)
    said = weigh(index, ("please", "refund", "me"))
    assert covered_share(said, ("refund",), weigh(index, ("refund",))["refund"]) == 1
    assert covered_share(said, (), 0.0) == 0


def test_a_text_says_the_idf_of_its_distinct_words() -> None:
    """What a text says in all does not grow when it says it twice."""
    index = build_bm25([("pay", "pay", "card"), ("card", "lost"), ()])
    assert np.allclose(
        index.masses, [sum(weigh(index, text).values()) for text in (("pay", "card"), ("card", "lost"), ())]
    )


@given(st.lists(st.text(max_size=40), max_size=6), st.text(max_size=60))
def test_scores_stay_in_range(texts: list[str], query: str) -> None:
    """Whatever is said, shares are between 0 and 1."""
    index = build_bm25([words(text) for text in texts])
    scores = bm25_of_all(index, [words(query)])[0]
    assert len(scores) == len(texts)
    assert all(0 <= score <= 1.0001 for score in scores)
    assert 0 <= known_share(index, words(query)) <= 1.0001


def test_several_queries_at_once_score_as_each_by_itself() -> None:
    """Terms that queries share are looked up once; nothing else changes, and an empty query holds nothing."""
    texts = [words(text) for text in ("pay by card", "the card is lost", "close the account")]
    index = build_bm25(texts)
    units = [
        words("my card is lost"),
        (),
        words("card card account " + " ".join(f"w{n}" for n in range(300))),
    ]
    together = bm25_of_all(index, units)
    assert together.shape == (3, 3)
    for scores, unit in zip(together, units, strict=True):
        assert np.allclose(scores, bm25_of_all(index, [unit])[0], atol=1e-6)
    assert together[1].max() == 0
    assert bm25_of_all(index, []).shape == (0, 3)


def test_held_share_is_known_share_of_one_text() -> None:
    """How much of the query an article's own words hold."""
    index = build_bm25([words("pay by card"), words("close the account")])
    query = words("close my card")
    held = held_share(weigh(index, query), set(words("pay by card")))
    assert abs(held - known_share(index, query, np.array([True, False]))) < 1e-9
    assert held_share({}, {"card"}) == 0
