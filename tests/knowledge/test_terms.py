from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.terms import MAX_TERMS, cjk_share, grams, is_mostly_cjk, stem, words


def test_words_are_folded_to_stems() -> None:
    """What is written in several ways is one word: case, width and the commonest endings aside."""
    assert words("Invoices, invoicing and Invoiced") == ("invoic", "invoic", "and", "invoic")
    assert stem("stopped") == stem("stops") == stem("stop")


def test_chinese_is_read_by_characters_and_pairs() -> None:
    """Chinese has no blanks: each character and each pair of neighbours is a term."""
    assert words("退款") == ("退", "款", "退款")
    assert cjk_share("退款 ok") == 0.5


@given(st.text(max_size=300))
def test_any_text_has_bounded_terms(text: str) -> None:
    """Whatever is written, nothing is raised and no text has more terms than are read."""
    assert len(words(text)) <= MAX_TERMS
    assert len(grams(text)) <= MAX_TERMS
    assert 0 <= cjk_share(text) <= 1


def test_a_name_in_chinese_makes_no_mail_chinese() -> None:
    """A letter or two among many are a name; a product's name in a Chinese question is one, too."""
    assert not is_mostly_cjk("Dear 小明, where is my invoice?")
    assert is_mostly_cjk("我的 Zephyr 打印机无法连接")
    assert not is_mostly_cjk("")
