"""Which variant of a template a mail is written from."""

from pathlib import Path

from inboxd.core.view_samples import samples
from inboxd.templating import Templates


def test_the_language_is_the_customers_then_the_desks(tmp_path: Path) -> None:
    """A variant of the customer's language wins, then the desk's, then English; regions fall back to the language."""
    (tmp_path / "acknowledgement.md").write_text("Subject: DE\n\nHallo", encoding="utf-8")
    (tmp_path / "acknowledgement.fr.md").write_text("Subject: FR\n\nBonjour", encoding="utf-8")
    german_desk = Templates.load(tmp_path, "de")
    view = samples("kb_answer")[0]
    subjects = {
        language: german_desk.render("acknowledgement", language, view).subject[:3]
        for language in ("de", "fr", "fr-CA", "en", "zh-TW", "it", "")
    }
    assert subjects == {
        "de": "DE",
        "fr": "FR",
        "fr-CA": "FR",
        "en": "Re:",
        "zh-TW": "Re:",
        "it": "DE",
        "": "DE",
    }
    assert german_desk.render("acknowledgement", "zh-TW", view).language == "zh"
    assert german_desk.render("acknowledgement", "zh-Hant", view).language == "zh-hant"
    (tmp_path / "acknowledgement.zh.md").write_text("Subject: ZH\n\n您好", encoding="utf-8")
    assert Templates.load(tmp_path, "de").render("acknowledgement", "zh-hant", view).subject == "ZH"
