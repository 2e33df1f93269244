"""What customers read, in every language it is shipped in: found in the code and the folder, not in a list."""

import datetime as dt
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from inboxd.core.mail_kind import Kind
from inboxd.core.scripts import _SIMPLIFIED, _TRADITIONAL, with_script
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.time_words import day, full_time, near_time
from inboxd.core.view_parts import ArticleView
from inboxd.core.view_samples import samples
from inboxd.core.views import RelayView, ReplyView, SurveyView
from inboxd.letters import TO_CUSTOMER
from inboxd.template_files import SHIPPED_FOLDER, TemplateFile, read_folder
from inboxd.templating import Templates

LANGUAGES = ("en", "zh", "zh-hant", "de", "fr", "es")
VIEWS = {
    Kind.ACKNOWLEDGEMENT: ReplyView,
    Kind.ANSWER: ReplyView,
    Kind.RELAY: RelayView,
    Kind.SURVEY: SurveyView,
}
SHIPPED = {(one.name, one.language): one for one in read_folder(SHIPPED_FOLDER, "en", shipped=True).templates}
NAMES = sorted(name for name, view in TEMPLATE_VIEWS.items() if view in VIEWS.values())
FOREIGN = [(name, language) for name in NAMES for language in LANGUAGES[1:]]
_CODE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")
_FIELD = re.compile(
    r"\b(?:ticket|customer|desk|article|away_until|promise|missing|suggestions|scores|working_hours|text|html)\b(?:\.\w+)?"
)
# Words of the familiar address: none of our letters says du, tu or 你 to a customer.
_FAMILIAR = {
    "de": r"\b(?:du|dir|dich|deine?[mnrs]?|euch|eure?)\b",
    "fr": r"\b(?:tu|te|toi|ton|ta|tes)\b",
    "es": r"\b(?:tú|ti|tus?|contigo|vosotros|os)\b",
    "zh": r"你",
    "zh-hant": r"你",
}


def words_of(template: TemplateFile) -> list[str]:
    """Return the stretches of words between the code of a template."""
    pieces = (piece.strip(" *#_\n>.-,:") for piece in _CODE.split(template.body.replace("\n", " ")))
    labels = re.findall(r'"([^"{}]{3,})"', template.body)
    return [piece for piece in (*pieces, *labels) if len(re.findall(r"[^\W\d_]", piece)) > 1]


def test_every_kind_of_mail_a_customer_gets_is_looked_at() -> None:
    """No kind of mail goes to customers but those whose templates are checked here."""
    assert set(VIEWS) == TO_CUSTOMER


@pytest.mark.parametrize("name", NAMES)
def test_every_language_is_there(name: str) -> None:
    """What a customer can get is shipped in all five languages, and is rendered in the one asked for."""
    templates = Templates.load(None)
    for language in LANGUAGES:
        for view in samples(name):
            rendered = templates.render(name, language, view)
            assert (rendered.language, rendered.problem) == (language, None)


@pytest.mark.parametrize(("name", "language"), FOREIGN)
def test_no_sentence_is_left_in_english(name: str, language: str) -> None:
    """Nothing a translation says is what the English one says."""
    assert set(words_of(SHIPPED[name, language])) & set(words_of(SHIPPED[name, "en"])) == set()


@pytest.mark.parametrize(("name", "language"), FOREIGN)
def test_a_translation_tells_the_same(name: str, language: str) -> None:
    """Each fact the English mail names (number, promise, absence, article …) is in every translation."""
    fields = {
        one: set(_FIELD.findall(" ".join(_CODE.findall(SHIPPED[name, one].body)))) for one in ("en", language)
    }
    assert fields[language] == fields["en"]


@pytest.mark.parametrize(("name", "language"), FOREIGN)
def test_customers_are_addressed_politely(name: str, language: str) -> None:
    """Sie, vous, usted and 您: the familiar form is nowhere."""
    said = " ".join(words_of(SHIPPED[name, language]))
    assert re.findall(_FAMILIAR[language], said, re.IGNORECASE) == []


def test_traditional_chinese_has_no_simplified_characters() -> None:
    """And the other way round; a text decides which of the two its writer gets."""
    for name in NAMES:
        for language in ("zh", "zh-hant"):
            said = " ".join(words_of(SHIPPED[name, language]))
            telling = bool(_TRADITIONAL.search(said) or _SIMPLIFIED.search(said))
            assert with_script("zh", (said,)) == (language if telling else "zh")
            other = _TRADITIONAL if language == "zh" else _SIMPLIFIED
            assert other.findall(said) == []


def test_french_signs_stay_with_their_words() -> None:
    """A line never begins with a question mark: in French a space that does not break stands before it."""
    for name in NAMES:
        assert not re.search(r" [?!;:»]|« ", " ".join(words_of(SHIPPED[name, "fr"])))


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_times_are_said_in_the_language(language: str) -> None:
    """Weekdays, months and the words around them are the reader's, on every day of a year, also beside today."""
    zone, now = ZoneInfo("Europe/Berlin"), dt.datetime(2026, 1, 1, 9, tzinfo=dt.UTC)
    english = (
        r"\b(?:at|today|tomorrow|yesterday|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|March|May|October)\b"
    )
    for ahead in range(-1, 366):
        moment = now + dt.timedelta(days=ahead)
        said = f"{day(moment, zone, language)} {full_time(moment, zone, language)} {near_time(moment, now, zone, language)}"
        assert re.findall(english, said) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_articles_in_one_answer_have_one_heading_each(language: str) -> None:
    """A mail that asked two things gets both texts under their titles, and no third heading that joins them."""
    view = samples("kb_answer")[0]
    assert isinstance(view, ReplyView)
    body = "## Refund\n\nIn the menu.\n\n## Invoice\n\nBelow it."
    both = ArticleView("refund+invoice", "Refund · Invoice", body, 0.97, several=True)
    text = Templates.load(None).render("kb_answer", language, replace(view, article=both)).text
    assert (text.count("Refund"), text.count("Invoice")) == (1, 1)
