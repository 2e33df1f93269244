"""What a person wrote now, told apart from everything else in his mail."""

import email.message
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.mail import Address, Mail
from inboxd.core.quoting import separate, separate_text, strip_own

GMAIL = '<div>Mine, see <a href="https://example.com/x">this page</a></div><div class="gmail_quote"><blockquote class="gmail_quote">old</blockquote></div>'


def mail(plain: str = "", html: str = "", subject: str = "Re: Hello", *, answers: bool = True) -> Mail:
    """Return a mail with this body."""
    return Mail(
        header_fields=(),
        subject=subject,
        from_=Address("", "bob@example.com"),
        sender=None,
        to=(),
        cc=(),
        reply_to=(),
        date=None,
        message_id="",
        in_reply_to=("<1@acme.test>",) if answers else (),
        references=(),
        text=plain or html,
        plain=plain,
        html=html,
        attachments=(),
        defects=(),
        size=0,
        mime=email.message.Message(),
    )


@pytest.mark.parametrize(
    "subject", ["Fwd: x", "FW: x", "WG: x", "TR: x", "[list] Fwd: Re: x", "转发：x", "VL: x"]
)
def test_a_forward_is_kept_whole(subject: str) -> None:
    """The forwarded text is what its sender wants to show."""
    text = "Hello\n\nFrom: a@example.com\nSent: today\nSubject: y\n\nThe forwarded text\n\n-- \nAnn"
    assert separate(mail(text, subject=subject)).new_text == text.replace("-- ", "--")


def test_an_answer_to_a_forward_is_an_answer() -> None:
    """The first prefix decides; VS is a forward in Danish and an answer in Finnish."""
    text = "Hello\n\n{}: a@example.com\nSent: today\nSubject: y\n\nearlier"
    assert separate(mail(text.format("From"), subject="Re: Fwd: x")).new_text == "Hello"
    assert separate(mail(text.format("Lähettäjä"), subject="VS: x")).new_text == "Hello"
    assert "earlier" in separate(mail(text.format("Fra"), subject="VS: x")).new_text


def test_quote_marks_in_a_first_mail_are_text() -> None:
    """A mail that answers nothing quotes nothing: a log or prompt stays."""
    text = "It says\n> error 17\nwhat now?"
    assert separate(mail(text, subject="Help", answers=False)).new_text == text
    assert separate(mail(text)).new_text == "It says\nwhat now?"


def test_the_html_tells_where_and_the_plain_text_how() -> None:
    """Where both say the same words the plain text is taken; where the plain text leaks, the HTML."""
    assert separate(mail("Mine, see this page\n\n> old", GMAIL)).new_text == "Mine, see this page"
    leaking = separate(mail("Mine, see this page\n\nfoo bar baz\nold", GMAIL))
    assert leaking.new_text.startswith("Mine, see this page")
    assert "old" not in leaking.new_text


def test_a_mail_with_html_alone() -> None:
    """Without a plain part the HTML is all there is, marked or not."""
    assert (
        separate(mail(html="<p>Mine</p><p>On 1 Jan 2024, A &lt;a@b.test&gt; wrote:</p><p>old</p>")).new_text
        == "Mine"
    )


def test_our_own_delimiter() -> None:
    """Everything below it is quoted, except where the person wrote between our lines."""
    ours = "-- Please reply above this line --\n\nWhich printer do you have?\nSince when does it burn?\n"
    assert separate(mail(f"The red one.\n\n{ours}")).new_text == "The red one."
    between = ours.replace("have?\n", "have?\nThe red one.\n")
    assert separate(mail(between), (ours,)).new_text == "The red one."


def test_nothing_is_lost() -> None:
    """Every word of the mail is in one of the four parts."""
    text = "Hi\n\nOn 1 Jan 2024, A <a@b.test> wrote:\n> old\n\nbelow\n-- \nBob"
    written = separate(mail(text))
    parts = f"{written.new_text} {written.quoted} {written.signature} {written.disclaimer}"
    assert sorted(parts.split()) == sorted(text.split())


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.text(max_size=40),
            st.sampled_from(
                [
                    *(
                        "> quoted",
                        ">",
                        "-- ",
                        "--",
                        "```",
                        "",
                        "On 1 Jan 2024, A <a@b.test> wrote:",
                        "From: a@b.test",
                    ),
                    *(
                        "Sent: today",
                        "To: b",
                        "Subject: c",
                        "-----Original Message-----",
                        "Sent from my iPhone",
                    ),
                    *(
                        "---------- Forwarded message ---------",
                        "-- Please reply above this line --",
                        "________",
                    ),
                ]
            ),
        ),
        max_size=30,
    ),
    st.booleans(),
)
def test_any_text_is_taken_apart_without_loss(lines: list[str], forward: bool) -> None:  # noqa: FBT001  drawn by hypothesis
    """Never raises, and every character that is no white space is in exactly one part."""
    text = "\n".join(lines)
    written = separate_text(text, ("quoted\nHello there my friend\n",), is_forward=forward)
    parts = (written.new_text, written.quoted, written.signature, written.disclaimer)
    assert sorted("".join("".join(parts).split())) == sorted("".join(text.split()))
    strip_own(text, (text,))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_mail_is_taken_apart(plain: str, html: str) -> None:
    """Never raises on whatever a sender puts into the alternatives."""
    separate(mail(plain, html), (plain,), (html,))


def test_a_huge_mail_is_read_so_far() -> None:
    """A hundred thousand lines take a moment, and none is lost."""
    start = time.perf_counter()
    written = separate_text("a line of a log file\n" * 100_000)
    assert time.perf_counter() - start < 5
    assert written.new_text.count("log") == 100_000
