"""The mark-up of an operator's words: kept where it says exactly what is relayed, else given up."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.core.relay_html import relay_html, seen_images

OURS = "Ada, a new question came in.\n\nHe is a difficult customer, be careful with him.\n"
QUOTE = (
    '<div class="gmail_quote"><div class="gmail_attr">On Monday Acme wrote:<br></div>'
    '<blockquote class="gmail_quote"><p>Ada, a new question came in.</p><p>He is a difficult customer, be careful with him.</p>'
    '<img src="cid:ours@acme.test"></blockquote></div>'
)


def mail_of(html: str) -> Mail:
    """Return a mail that is only HTML and answers another."""
    head = "From: ada@acme.test\nIn-Reply-To: <x@acme.test>\nMIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\n\n"
    return parse((head + html).encode())


def markup(html: str, text: str) -> str:
    """Return what is relayed of a body above the usual quotation."""
    return relay_html(mail_of(html + QUOTE), text, (OURS,))


def test_formatting_stays_and_the_quotation_goes() -> None:
    """Bold words, lists and links are kept as they were written; of our mail nothing is."""
    html = '<div>It <b>works</b> <a href="https://acme.test/x">here</a>:</div><ol><li>open</li><li>save</li></ol>'

    kept = markup(html, "It works here <https://acme.test/x>:\n\n1. open\n2. save")

    assert kept == html


def test_commands_and_signature_are_cut_out() -> None:
    """Lines that are not relayed leave no trace, no empty line and no picture."""
    html = (
        "<div>#solved</div><div><br></div><div>It <i>works</i>.</div><div><br></div>"
        '<div class="gmail_signature">-- <br>Ada<img src="cid:logo@acme.test"></div>'
    )

    assert markup(html, "It works.") == "<div>It <i>works</i>.</div>"


def test_other_words_than_the_relayed_ones_are_no_markup() -> None:
    """HTML that says more, less or something else than what is relayed is given up."""
    for text in ("It works", "It works well.", "It never works.", ""):
        assert markup("<div>It works.</div>", text) == ""
    assert markup("<div>It works.</div>", "It works.") == "<div>It works.</div>"


def test_a_node_with_unwanted_words_in_it_is_no_markup() -> None:
    """Where one text holds lines of both kinds it is not taken apart: the mail goes as text."""
    assert markup("<pre>#solved\n\nIt works.</pre>", "It works.") == ""


def test_a_mail_without_html_has_no_markup() -> None:
    """Plain text stays plain."""
    assert relay_html(parse(b"From: ada@acme.test\n\nIt works."), "It works.", ()) == ""


def test_hidden_addresses_are_no_markup() -> None:
    """A link that hides an operator's address behind harmless words is never sent on."""
    token = "support%2Bo12.abcdefghijklmnop@acme.test"

    assert (
        markup(f'<p><a href="x:y" title="{token}">It</a> works.</p>', "It works.")
        == "<p><a>It</a> works.</p>"
    )
    assert (
        markup(
            f'<p>It <a href="https://acme.test/?to={token}">https://acme.test/</a></p>',
            "It https://acme.test/",
        )
        == ""
    )


def test_pictures_stay_beside_kept_words_only() -> None:
    """His screenshot travels; the logo of his signature, what we sent and what a server would count do not."""
    html = (
        '<div>Look:</div><div><img src="cid:shot@acme.test" alt="shot"></div><img src="https://t.example/1.gif">'
        '<div class="gmail_signature">-- <br>Ada<img src="cid:logo@acme.test"></div>'
    )

    kept = markup(html, "Look:")

    assert 'src="cid:shot@acme.test"' in kept
    assert kept.count("<img") == 1


def test_images_that_are_seen() -> None:
    """Without mark-up to keep, pictures count as his that stand neither in a quotation nor in a signature."""
    html = f'<p>Look</p><img src="cid:shot%40x"><div id="Signature"><img src="CID:logo@x"></div>{QUOTE}'

    assert seen_images(html) == {"shot@x"}


def test_outlooks_lines_keep_their_distance() -> None:
    """Paragraphs of Outlook get the margins its style sheet gave them, which does not travel."""
    kept = markup('<p class="MsoNormal">One<o:p></o:p></p><p class="MsoNormal">Two</p>', "One\nTwo")

    assert kept == '<p style="margin:0">One</p><p style="margin:0">Two</p>'


WORDS = st.lists(
    st.sampled_from("maple river <b>copper</b> &amp; <i>violet</i> 你好 <br> #tag > ''".split()), max_size=12
)


@settings(max_examples=80, deadline=None)
@given(WORDS, WORDS, st.sampled_from(["div", "p", "blockquote", "td", "li", "pre", "script"]))
def test_whatever_is_kept_says_the_text_and_nothing_else(words: list[str], more: list[str], tag: str) -> None:
    """For any mark-up and any wanted text: the same words, or none; and asking again changes nothing."""
    html = f"<{tag}>{' '.join(words)}</{tag}><div>{' '.join(more)}</div>"
    text = html_to_text(f"<div>{' '.join(words)}</div>")

    kept = markup(html, text)

    if kept:
        assert "".join(html_to_text(kept).split()) == "".join(text.split())
        assert relay_html(mail_of(kept), text, ()) in {kept, ""}


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200), st.text(max_size=40))
def test_no_bytes_raise(html: str, text: str) -> None:
    """Broken HTML is given up or read, never an error."""
    relay_html(mail_of(html.encode("utf-8", "replace").decode()), text, (OURS,), (text,))
