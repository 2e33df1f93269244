import datetime as dt

import pytest
from jinja2.sandbox import SecurityError

from inboxd.core.mail_html import markdown_to_html
from inboxd.core.view_parts import DeskView
from inboxd.template_filters import html_environment, text_environment

NAME = "**Win** [now](http://evil.test) <b>"
SHOWN = "**Win** [now](http://evil.test) &lt;b&gt;"


def none(_: str) -> None:
    """Load nothing: these templates stand in the tests."""


def in_text(source: str, **context: object) -> str:
    """Return the text form."""
    return text_environment(none).from_string(source).render(context)


def in_html(source: str, **context: object) -> str:
    """Return the HTML form."""
    return markdown_to_html(html_environment(none).from_string(source).render(context))


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}",
        "*{{ name }}*",
        "{{ name | e }}",
        "{{ name | escape }}",
        "{{ name | forceescape }}",
        "{{ name | trim | string }}",
        "{{ 'Hello ' ~ name }}",
        "{{ 'Hello %s' | format(name) }}",
        "{{ name | muted }}",
        "{{ name | card }}",
        "{% filter muted %}{{ name }}{% endfilter %}",
        "{% macro greet(who) %}Hello {{ who }}{% endmacro %}{{ greet(name) }}",
        "{% set greeting %}Hello {{ name }}{% endset %}{{ greeting }}",
        "{{ [name, name] | join(', ') }}",
        "{{ {'a': name}.get('a') }}",
        "{{ name | badge('red') }}",
        "{{ name | said }}",
        "{{ name | quote }}",
        "{{ [(name, name, '')] | figures }}",
        "{{ 'mailto:a@b.test' | button(name) }}",
    ],
)
def test_no_way_of_printing_makes_words_live(source: str) -> None:
    """However an author prints a stranger's words, they neither format nor link nor become HTML."""
    html = in_html(source, name=NAME)
    assert SHOWN in html
    assert "<strong>" not in html
    assert 'href="http' not in html
    assert NAME in in_text(source, name=NAME)


@pytest.mark.parametrize("name", ["safe", "urlize", "xmlattr", "tojson"])
def test_filters_around_the_protection_do_not_exist(name: str) -> None:
    """What would declare a value harmless is no part of the language."""
    with pytest.raises(Exception, match="No filter named"):
        in_html(f"{{{{ name | {name} }}}}", name=NAME)


def test_own_markdown_is_the_one_exception() -> None:
    """The filter ``markdown`` formats, cleans, and stays as written in the text."""
    assert "<strong>Win</strong>" in in_html("{{ name | markdown }}", name=NAME)
    assert "<b>" not in in_html("{{ name | markdown }}", name=NAME)
    assert in_text("{{ name | markdown }}", name=NAME) == NAME


def test_the_sandbox_holds() -> None:
    """Templates reach neither the interpreter nor change what they are given."""
    with pytest.raises(SecurityError):
        in_text("{{ name.__class__.__mro__ }}", name=NAME)
    with pytest.raises(SecurityError):
        in_text("{{ names.append(1) }}", names=[])


def test_links_of_buttons_are_mailto_only() -> None:
    """A button never leads to the web, where a scanner would follow it; an empty link is no button."""
    assert "<a" not in in_html("{{ 'https://acme.test' | button('x') }}")
    assert in_text("{{ '' | button('x') }}") == ""
    assert in_html("{{ '' | button('x') }}") == ""


def test_written_words_keep_lines_and_get_links() -> None:
    """Web addresses of the operator become links without the punctuation around them."""
    html = in_html("{{ text | written }}", text="see (https://acme.test/x).\n  <b>")
    assert ">https://acme.test/x</a>).<br>\n&nbsp;&nbsp;&lt;b&gt;" in html


def test_excerpts_end_at_a_paragraph() -> None:
    """As many paragraphs as fit, at least one, none of the next section, no code block left open."""
    body = "First.\n\nSecond.\n\n" + "x" * 500
    assert in_text("{{ body | excerpt | markdown }}", body=body) == "First.\n\nSecond."
    assert in_text("{{ body | excerpt(3) | markdown }}", body=body) == "First."
    assert in_text("{{ body | excerpt | markdown }}", body="A\n\n## B\n\nC") == "A"
    assert in_text("{{ body | excerpt | markdown }}", body="A\n\n```\nb\n\nc\n```\n" + "x" * 400) == "A"


def test_figures_of_confidence_never_flatter() -> None:
    """Percentages round down, scores show one decimal where needed."""
    assert in_text("{{ 0.9999 | percent }} {{ 1.0 | percent }} {{ 0.29 | percent }}") == "99% 100% 29%"
    assert in_text("{{ 4.0 | score }} {{ 4.67 | score }}") == "4/5 4.7/5"


def test_times_are_in_the_desks_zone_and_the_mails_language() -> None:
    """The four time filters take zone, clock and language from the context."""
    now = dt.datetime(2026, 11, 20, 8, 0, tzinfo=dt.UTC)
    context = {"desk": DeskView("A", "a@b.test", "Europe/Berlin"), "now": now, "language": "zh", "at": now}
    source = "{{ at | when }}|{{ at | date_time }}|{{ at | day }}|{{ (now - at) | span }}"
    assert in_text(source, **context) == "今天 09:00|11月20日星期五 09:00 (CET)|11月20日星期五|1分钟"
