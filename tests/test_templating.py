import dataclasses
import re
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from inboxd.core import views
from inboxd.core.commands import CommandName
from inboxd.core.quoting import separate_text
from inboxd.core.template_contexts import TEMPLATE_VIEWS
from inboxd.core.view_samples import samples
from inboxd.core.views import NotificationView, RelayView, ReplyView, SurveyView
from inboxd.errors import ConfigError, Problem
from inboxd.templating import Templates

T = TypeVar("T")
SHIPPED = Templates.load(None)
TO_CUSTOMERS = (ReplyView, RelayView, SurveyView)
EVERY_MAIL = [
    (name, language)
    for name, view in sorted(TEMPLATE_VIEWS.items())
    for language in ("en", "zh", *(("de", "fr", "es") if view in TO_CUSTOMERS else ()))
]
HOSTILE = (
    "# Big\n\n[click](javascript:alert(1)) ![p](http://evil.test/t.png) <script>alert(1)</script>\n"
    '```\n</td></table><h1 onclick="x">out</h1> **bold** {{ desk }} \ufdd0414243\ufdd1 \u202egnp.exe\n'
    + "W"
    * 3000
)


def reply_view() -> ReplyView:
    """Return the fullest sample of a reply."""
    view = samples("kb_answer")[0]
    assert isinstance(view, ReplyView)
    return view


def notification_view() -> NotificationView:
    """Return the fullest sample of a notification."""
    view = samples("notification")[0]
    assert isinstance(view, NotificationView)
    return view


def folder(path: Path, **files: str) -> Path:
    """Write the files (``__`` for a dot) and return their folder."""
    for name, text in files.items():
        (path / f"{name.replace('__', '.')}.md").write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("name", "language"), EVERY_MAIL)
def test_every_mail_renders_in_every_language(name: str, language: str) -> None:
    """Each shipped template, full and bare, gives a subject, text and HTML without a trace of its source."""
    for view in samples(name):
        rendered = SHIPPED.render(name, language, view)
        assert (rendered.language, rendered.problem) == (language, None)
        assert rendered.subject
        assert rendered.text.endswith("\n")
        assert not re.search(r"\{[{%]|[%}]\}|[\ufdd0\ufdd1]|\n\n\n|\n {4}\S", rendered.text)
        assert not re.search(r"\{\{|\{%|\*\*|[\ufdd0\ufdd1]|>\s*#+ ", rendered.html)
        assert f'<html lang="{language}">' in rendered.html


@pytest.mark.parametrize(("name", "language"), EVERY_MAIL)
def test_html_is_whole_and_inert(name: str, language: str) -> None:
    """Tables and cells close as they opened; nothing runs, loads or leads anywhere but mail and the web."""
    for view in samples(name):
        html = SHIPPED.render(name, language, view).html
        for tag in ("table", "tr", "td", "div", "p", "span", "blockquote", "ul", "ol"):
            assert len(re.findall(rf"<{tag}\b", html)) == html.count(f"</{tag}>"), tag
        tree = LexborHTMLParser(html)
        assert not tree.css("script, iframe, form, link, [onclick]")
        assert all(str(one.attributes["src"]).startswith("cid:") for one in tree.css("img"))
        assert all(re.match("https?:|mailto:", str(link.attributes["href"])) for link in tree.css("a"))
        assert not re.search(r"<p[^>]*>\s*</p>", html)


@pytest.mark.parametrize(("name", "language"), EVERY_MAIL)
def test_a_strangers_words_stay_words(name: str, language: str) -> None:
    """Hostile names, subjects and texts show as they are: no tag, link, image, heading or parked piece of theirs."""
    for view in samples(name):
        rendered = SHIPPED.render(name, language, _with_words(view, HOSTILE))
        assert rendered.problem is None
        tree = LexborHTMLParser(rendered.html)
        assert not tree.css("script, h1[onclick]")
        assert all(str(one.attributes["src"]).startswith("cid:") for one in tree.css("img"))
        assert not [a for a in tree.css("a") if "javascript" in str(a.attributes["href"])]
        assert "<strong>bold" not in rendered.html
        assert ">ABC<" not in rendered.html
        assert "\n" not in rendered.subject
        assert "\u202e" not in rendered.subject


@given(st.text(alphabet=st.characters(), max_size=300))
@settings(max_examples=60)
def test_any_text_of_a_customer_renders(text: str) -> None:
    """No text makes a notification fail, and what it says is in both forms."""
    view = _with_words(notification_view(), text)
    rendered = SHIPPED.render("notification", "en", view)
    assert rendered.problem is None
    rendered.html.encode()
    rendered.text.encode()


def test_a_notification_is_in_the_order_a_phone_shows() -> None:
    """First the new text, then the suggestion with its confidence, the customer, what happens next, the thread."""
    rendered = SHIPPED.render("notification", "en", notification_view())
    for form in (rendered.text, LexborHTMLParser(rendered.html).body.text()):  # type: ignore[union-attr]
        places = [
            form.rindex(words) if words.startswith("I was") else form.index(words)
            for words in (
                "I was charged",
                "Suggested answer",
                "93% sure",
                "Send suggestion",
                "4 tickets so far · last satisfaction 4/5",
                "What happens next",
                "The thread so far",
            )
        ]
        assert places == sorted(places)
    assert rendered.subject == "[#12] How do I get my money back?"
    preview = re.search(r'<div style="display:none[^>]*>([^&]*)', rendered.html)
    assert preview is not None
    assert preview[1].startswith("Hi, I was charged *twice*")


def test_actions_stand_in_both_forms() -> None:
    """The one-tap links of the HTML are in the text too, and one that is not offered is in neither."""
    view = notification_view()
    rendered = SHIPPED.render("notification", "en", view)
    links = {str(a.attributes["href"]) for a in LexborHTMLParser(rendered.html).css("a.button")}
    assert links == set(re.findall(r"<(mailto:[^>]+)>", rendered.text))
    assert len(links) == 5
    without = dataclasses.replace(view, actions=dataclasses.replace(view.actions, send=""))
    assert "Send suggestion" not in SHIPPED.render("notification", "en", without).html


def test_a_reply_to_a_notification_is_cut_at_its_delimiter() -> None:
    """The first line of a notification ends the operator's words, in every shipped language, without quote marks."""
    for language in ("en", "zh"):
        text = SHIPPED.render("notification", language, notification_view()).text
        assert separate_text(f"My answer.\n\n{text}").new_text.strip() == "My answer."


def test_a_relay_is_the_operators_words_alone() -> None:
    """The customer gets exactly the text, lines and all, with links that can be tapped."""
    view = samples("relay")[0]
    assert isinstance(view, RelayView)
    rendered = SHIPPED.render(
        "relay", "en", dataclasses.replace(view, text="Hi,\n  see <https://acme.test/a?b=1&c=2>.\n")
    )
    assert rendered.text == "Hi,\n  see <https://acme.test/a?b=1&c=2>.\n"
    links = LexborHTMLParser(rendered.html).css("a")
    assert [(link.attributes["href"], link.text()) for link in links] == [
        ("https://acme.test/a?b=1&c=2",) * 2
    ]


def test_articles_are_markdown() -> None:
    """The operator's own article keeps its formatting, and one with an open code block ends where it ends."""
    view = reply_view()
    assert view.article is not None
    html = SHIPPED.render("kb_answer", "en", view).html
    assert "<strong>30 days</strong>" in html
    broken = dataclasses.replace(view, article=dataclasses.replace(view.article, body="```\ncode"))
    assert "<strong>Not what you needed?" in SHIPPED.render("kb_answer", "en", broken).html


def test_an_automatic_answer_says_so_and_how_to_reach_a_person() -> None:
    """The customer learns that no person wrote it, and that replying reaches one."""
    english = SHIPPED.render("kb_answer", "en", reply_view()).text
    chinese = SHIPPED.render("kb_answer", "zh", reply_view()).text
    assert "chosen automatically" in english
    assert "Just reply to this mail" in english
    assert "自动选取" in chinese
    assert "直接回复本邮件" in chinese


def test_the_help_lists_every_command() -> None:
    """Both languages name all commands there are."""
    for language in ("en", "zh"):
        text = SHIPPED.render("result", language, samples("result")[0]).text
        assert all(f"#{name}" in text for name in CommandName)


def test_own_templates_stand_over_the_shipped_ones(tmp_path: Path) -> None:
    """An override takes the place of the shipped file; a new name becomes a template of its own for rules."""
    folder(
        tmp_path,
        kb_answer="Subject: Mine\n\n{% include '_sign.md' %}",
        refund_denied="Subject: No\n\nSorry.",
        _sign="--\nAda",
    )
    templates = Templates.load(tmp_path)
    assert templates.render("kb_answer", "en", reply_view()).text == "--\nAda\n"
    assert templates.render("refund_denied", "zh", reply_view()).text == "Sorry.\n"
    shipped = {"acknowledgement", "ask_symptoms", "draft", "follow_up", "kb_answer", "testimonial"}
    assert templates.reply_names() == shipped | {"refund_denied"}
    assert templates.names() == {*TEMPLATE_VIEWS, "refund_denied"}


def test_an_own_layout_is_used(tmp_path: Path) -> None:
    """layout.html of the override folder wraps every mail."""
    (tmp_path / "layout.html").write_text("<html><b>{{ subject }}</b>{{ body }}</html>")
    assert (
        Templates.load(tmp_path)
        .render("survey", "en", samples("survey")[0])
        .html.startswith("<html><b>Re: [#12]")
    )


def test_a_template_that_fails_on_a_real_mail_does_not_stop_it(tmp_path: Path) -> None:
    """What passed the check and fails later gives way to the shipped template, and the problem is told."""
    folder(tmp_path, acknowledgement="Subject: x\n\n{% if ticket.number == 99 %}{{ 1 / 0 }}{% endif %}fine")
    templates = Templates.load(tmp_path)
    view = reply_view()
    failing = dataclasses.replace(view, ticket=dataclasses.replace(view.ticket, number=99))
    assert templates.render("acknowledgement", "en", view).text == "fine\n"
    rendered = templates.render("acknowledgement", "en", failing)
    assert "**#99**" in rendered.text
    assert isinstance(rendered.problem, Problem)
    assert rendered.problem.line == 3


def test_a_template_that_does_not_exist_is_an_error() -> None:
    """Asking for an unknown name raises; a missing override folder does not."""
    with pytest.raises(ConfigError, match="no such template"):
        SHIPPED.render("nothing", "en", reply_view())
    assert Templates.load(Path("/nonexistent/templates")).names() == SHIPPED.names()


def test_a_bad_morning_is_not_clipped() -> None:
    """Two hundred tickets and answers still fit into the 102 kB after which Gmail cuts a mail off; all are named."""
    view = samples("digest")[0]
    assert isinstance(view, views.DigestView)
    many = tuple(dataclasses.replace(view.waiting[at % 3], number=1000 + at) for at in range(200))
    for language in ("en", "zh"):
        busy = dataclasses.replace(
            view, waiting=many, answered=view.answered * 100, incidents=view.incidents * 50
        )
        rendered = SHIPPED.render("digest", language, busy)
        assert len(rendered.html.encode()) < 102_000
        assert all(f"#{one.number}" in rendered.text for one in many)


def _with_words(value: T, words: str) -> T:
    """Return the view with every free text replaced; what the desk itself makes stays."""
    ours = {
        "desk",
        "mailto",
        "body",
        "html",
        "slug",
        "kind",
        "target",
        "event",
        "direction",
        "status",
        "priority",
        "sent",
    }
    changes: dict[str, object] = {}
    for field in dataclasses.fields(value):  # type: ignore[arg-type]
        old = getattr(value, field.name)
        if field.name in ours | {"actions", "wrong"}:
            continue
        if isinstance(old, str):
            changes[field.name] = words
        elif dataclasses.is_dataclass(old):
            changes[field.name] = _with_words(old, words)
        elif isinstance(old, tuple):
            changes[field.name] = tuple(
                words
                if isinstance(one, str)
                else _with_words(one, words)
                if dataclasses.is_dataclass(one)
                else one
                for one in old
            )
    return dataclasses.replace(value, **changes)  # type: ignore[type-var]
