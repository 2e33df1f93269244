"""What the mark-up of mail clients says about earlier mails."""

import time

import pytest

from inboxd.core.quoting_html import html_lines

CLIENTS = {
    "Gmail": '<div>Mine</div><div class="gmail_quote"><div class="gmail_attr">X Y 1:<br></div>'
    '<blockquote class="gmail_quote">old</blockquote></div>',
    "Gmail, no blockquote": '<div>Mine</div><div class="gmail_quote">X Y:<div>old</div></div>',
    "Gmail, attribution without its class": '<div>Mine</div><div class="gmail_quote">Foo bar &lt;a@b.test&gt; baz:'
    '<blockquote class="gmail_quote">old</blockquote></div>',
    "Apple Mail": 'Mine<br><blockquote type="cite"><div>X Y wrote:</div><div>old</div></blockquote>',
    "Thunderbird": '<p>Mine</p><div class="moz-cite-prefix">X Y:</div><blockquote type="cite">old</blockquote>',
    "Outlook on the web": '<div>Mine</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg">'
    "<b>Xrom:</b> A<br><b>Yent:</b> B</div><div>old</div>",
    "Outlook mobile": '<div>Mine</div><div id="mail-editor-reference-message-container">old</div>',
    "Outlook for Windows": '<p>Mine</p><div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt">'
    "<p><b>Xrom:</b> A<br><b>Yent:</b> B</p></div></div><p>old</p>",
    "Yahoo": '<div>Mine</div><div id="yahoo_quoted_1" class="yahoo_quoted">old</div>',
    "Proton": '<div>Mine</div><div class="protonmail_quote">old</div>',
    "Zoho": '<div>Mine</div><div class="zmail_extra">old</div>',
    "GMX": '<div>Mine</div><div name="quote">old</div>',
    "163.com": '<div>Mine</div><div id="isReplyContent">old</div>',
    "Hotmail": '<div>Mine<div><hr id="stopSpelling">Xate: today<br>old</div></div>',
}


def new_lines(html: str) -> list[str]:
    """Return the lines above a cut that no container quotes."""
    result = []
    for line in html_lines(html)[0]:
        if line.cut:
            break
        if line.bare and not line.quoted:
            result.append(line.bare)
    return result


@pytest.mark.parametrize("client", CLIENTS)
def test_the_containers_of_mail_clients(client: str) -> None:
    """What stands in a client's container, or behind its mark, is an earlier mail's, in any language."""
    assert new_lines(CLIENTS[client]) == ["Mine"]
    assert html_lines(CLIENTS[client])[1]


def test_answers_between_blockquotes_are_written_now() -> None:
    """Gmail keeps them inside the container of the quote."""
    html = '<div class="gmail_quote"><blockquote class="gmail_quote">a</blockquote><p>yes</p>'
    assert new_lines(f'{html}<blockquote class="gmail_quote">b</blockquote><p>no</p></div>') == ["yes", "no"]


def test_a_blockquote_of_the_person_stays_text() -> None:
    """No client signed it, no attribution stands above it, text follows."""
    assert new_lines("<p>You said:</p><blockquote>restart</blockquote><p>It fails.</p>") == [
        "You said:",
        "restart",
        "It fails.",
    ]


def test_a_forward_in_a_quote_container_stays_text() -> None:
    """Gmail uses the same container for both."""
    html = '<div>See</div><div class="gmail_quote">---------- Forwarded message ---------<br>From: A<br><br>text</div>'
    assert new_lines(html)[-1] == "text"


def test_signature_containers() -> None:
    """They mark their lines, and no others."""
    lines = html_lines('<p>Hi</p><div class="gmail_signature">Bob<br>Acme</div><p>PS</p>')[0]
    assert [line.bare for line in lines if line.signature] == ["Bob", "Acme"]


def test_marks_in_the_mail_itself_are_ignored() -> None:
    """Nobody can hide text with our own marks, written or referenced."""
    assert new_lines("a\ue0f0b&#xe0f0;c&#57584;d") == ["abcd"]


@pytest.mark.parametrize(
    "html",
    [
        '<blockquote type="cite">' * 3000 + "x",
        "<blockquote>" * 3000 + "x",
        "<blockquote>a</blockquote>" * 3000 + "x",
        "<div>" * 10_000 + "<blockquote>x</blockquote>",
        '<div class="gmail_quote">x</div>' * 3000,
        '<hr id="zwchr">' * 3000,
    ],
)
def test_floods_and_depths_of_containers_take_a_moment(html: str) -> None:
    """Hostile mark-up costs no more than its size."""
    start = time.perf_counter()
    html_lines(html)
    assert time.perf_counter() - start < 5
