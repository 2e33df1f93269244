import pytest

from inboxd.knowledge.cohort import LANGUAGES, cohort


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_sentences_without_repeats(language: str) -> None:
    """A cohort of other people's mails is shipped per language."""
    found = cohort(language)
    assert len(found) >= 75
    assert len(set(found)) == len(found)
    assert not any(line.startswith("#") for line in found)


def test_other_languages_get_the_latin_ones() -> None:
    """An Italian desk is compared with German, French and English mails."""
    assert set(cohort("it")) == set(cohort("de")) | set(cohort("fr")) | set(cohort("en"))
