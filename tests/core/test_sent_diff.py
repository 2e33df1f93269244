"""What we sent is found again in a reply, whatever the client did to its lines, and nothing else is."""

import textwrap
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.quoting import separate_text, strip_own
from inboxd.core.quoting_lines import read_lines
from inboxd.core.sent_diff import cut_known, give_back, index_sent, is_chance, mark_known, resembles_sent

NOTIFICATION = """\
-- Please reply above this line --

Ada, a new question came in: #12 Printer on fire

Bob Example wrote:
My printer burns since this morning and nobody answers the phone.
Could you please send me a new one before Friday?

Suggested answer (refund-policy, 93 % sure):
You get your money back within 14 days.

Your note: he is a difficult customer, be careful with him.

Commands for the first lines of your reply:
#solved #pending #open #note #snooze 3d
Reply address: support+o12.ABCDEFGHIJKLMNOP234567@acme.test
"""
OUR_WORDS = "invoice billing printer restart settings daemon refund policy careful support account".split()
HIS_WORDS = "maple river thunder seven orange window gentle copper lantern meadow violet".split()
HEADS = {
    "> ": "On Mon, 15 Jan 2024 at 15:45, Acme Support <support@acme.test> wrote:",
    "    ": "On Mon, 15 Jan 2024 at 15:45, Acme Support <support@acme.test> wrote:",
    "": "-----Original Message-----\nFrom: Acme <support@acme.test>\nSent: Monday\nTo: Bob\nSubject: Re: x\n",
}


def lines_of(words: list[str], *, shortest: int, longest: int) -> st.SearchStrategy[str]:
    """Return lines of so many words each."""
    return st.lists(st.sampled_from(words), min_size=shortest, max_size=longest).map(" ".join)


sent_bodies = st.lists(lines_of(OUR_WORDS, shortest=3, longest=12), min_size=1, max_size=8)
answers = st.lists(lines_of(HIS_WORDS, shortest=1, longest=10), min_size=1, max_size=4)


@st.composite
def replies(draw: st.DrawFn) -> tuple[str, str, list[str]]:
    """Return a sent text, a reply to it and the lines the person wrote: above, below or between the quote."""
    body, written = draw(sent_bodies), draw(answers)
    mark = draw(st.sampled_from(sorted(HEADS)))
    where = draw(st.sampled_from(["top", "bottom", "inline"]))
    quoted = body
    if where != "inline" and draw(st.booleans()):
        quoted = textwrap.wrap(" ".join(body), draw(st.integers(50, 76)))
    block = [f"{mark}{line}" for line in quoted]
    if where == "inline":
        for answer in written:
            block.insert(draw(st.integers(1, len(block))), answer)
    reply = {
        "top": [*written, "", HEADS[mark], *block],
        "bottom": [HEADS[mark], *block, "", *written],
        "inline": [HEADS[mark], *block],
    }[where]
    return "\n".join(body), "\n".join(reply), written


def ours_in(text: str) -> list[str]:
    """Return the lines of at least 12 characters that consist of our words."""
    return [line for line in text.splitlines() if len(line) >= 12 and set(line.split()) <= set(OUR_WORDS)]


@settings(max_examples=150, deadline=None)
@given(replies())
def test_a_reply_loses_our_text_and_keeps_every_word_of_the_person(case: tuple[str, str, list[str]]) -> None:
    """Whatever the style of the reply, nothing of the sent text remains and every answer does."""
    sent, reply, written = case
    for new_text in (separate_text(reply, (sent,)).new_text, strip_own(reply, (sent,))):
        assert not ours_in(new_text)
        assert [line for line in written if line not in new_text.splitlines()] == []


@settings(max_examples=60, deadline=None)
@given(replies())
def test_stripping_twice_changes_nothing(case: tuple[str, str, list[str]]) -> None:
    """What was stripped once is only the operator's own text."""
    sent, reply, _ = case
    once = strip_own(reply, (sent,))
    assert strip_own(once, (sent,)) == once


def test_an_operators_reply_never_shows_the_notification() -> None:
    """No note, command or token of ours remains, in whatever way a client quotes the notification."""
    plain = NOTIFICATION.splitlines()
    styles = {
        "marked": "\n".join(f"> {line}" for line in plain),
        "bare": NOTIFICATION,
        "indented": textwrap.indent(NOTIFICATION, "    "),
        "bars": "\n".join(f"| {line}" for line in plain),
        "wrapped": "\n".join(textwrap.fill(line, 40, break_long_words=False) for line in plain),
    }
    for name, quote in styles.items():
        for head in (
            "",
            "Unknown words from the desk\n",
            "On 1 Jan 2024 at 10:00, Acme <support@acme.test> wrote:\n\n",
        ):
            new_text = strip_own(f"I shall send you one today.\n\n{head}{quote}", (NOTIFICATION,))
            assert new_text.startswith("I shall send you one today."), name
            for secret in ("o12", "difficult", "#snooze", "refund-policy", "burns"):
                assert secret not in new_text, (name, head, secret)


def test_answers_between_the_lines_of_a_notification_reach_the_customer() -> None:
    """An operator who writes between unmarked lines is understood as well."""
    reply = NOTIFICATION.replace("the phone.\n", "the phone.\n\nSorry, we were on the road.\n\n").replace(
        "before Friday?\n", "before Friday?\n\nYes, it left today.\n\n"
    )
    assert strip_own(reply, (NOTIFICATION,)).split("\n\n") == [
        "Sorry, we were on the road.",
        "Yes, it left today.",
    ]


def test_a_mangled_notification_below_a_boundary_does_not_leak() -> None:
    """Words a client changed do not turn our line into the operator's."""
    mangled = NOTIFICATION.replace("he is a difficult customer", "he's one difficult customer")
    reply = f"Done.\n\n-----Original Message-----\n{mangled}"
    assert strip_own(reply, (NOTIFICATION,)) == "Done."


def test_a_forwarded_notification_is_not_relayed() -> None:
    """To the operator's own mail the rule that forwards are kept does not apply."""
    reply = f"See below\n\n---------- Forwarded message ---------\nFrom: a@b.test\n\n{NOTIFICATION}"
    assert strip_own(reply, (NOTIFICATION,)) == "See below"


def test_a_token_of_an_operator_is_cut_out_wherever_it_stands() -> None:
    """Even outside of any known text the signed address does not leave the desk."""
    assert "o7." not in strip_own("Write to support+o7.ABCDEFGHIJKLMNOP22@acme.test please", ())


def test_a_citation_within_a_line_is_cut_from_what_a_customer_gets() -> None:
    """Runs of our words inside a line go, the rest of the line stays."""
    sent = index_sent(("he is a difficult customer, be careful with him",))
    assert cut_known("Hello! he is a difficult customer, be careful (bye)", sent).split() == [
        "Hello!",
        "(bye)",
    ]


def test_a_short_sentence_we_also_wrote_is_the_persons_own() -> None:
    """The words "Thank you very much indeed" are not a quote only because our mail says it too."""
    sent = "Hello Bob,\n\nthe parcel left today.\n\nThank you very much indeed\n"
    assert separate_text("Thank you very much indeed", (sent,)).new_text == "Thank you very much indeed"


def test_our_text_without_any_mark_is_found() -> None:
    """A client that quotes without mark or attribution leaks nothing when we know what we sent."""
    sent = "Please open the settings and choose Billing.\nThen press the blue button twice.\n"
    written = separate_text(f"It worked, thanks!\n\n{sent}", (sent,))
    assert written.new_text == "It worked, thanks!"
    assert "blue button" in written.quoted


def test_languages_without_spaces_are_compared_by_characters() -> None:
    """Chinese text wrapped elsewhere is still ours."""
    sent = "请打开设置，然后选择账单页面并下载发票。"
    lines = mark_known(read_lines("谢谢\n请打开设置，然后选择\n账单页面并下载发票。"), index_sent((sent,)))
    assert [line.known for line in lines] == [False, True, True]


def test_nothing_sent_means_nothing_known() -> None:
    """Without sent mails the lines come back as they are."""
    lines = read_lines("a\nb")
    assert mark_known(lines, index_sent(())) == lines
    assert not resembles_sent(lines[0], index_sent(()))


def test_a_known_line_of_ten_words_is_no_chance() -> None:
    """Ten equal words in a row are a quotation."""
    text = "one two three four five six seven eight nine ten"
    assert not is_chance(mark_known(read_lines(text), index_sent((text,))), 0)


def test_repeats_cost_no_more_than_other_words() -> None:
    """A reply and a sent mail of the same word over and over are compared in linear time."""
    flood = "spam " * 40_000
    start = time.perf_counter()
    strip_own(flood, (flood,))
    strip_own("\n".join(["spam spam spam spam ham"] * 5000), ("spam " * 40_000,))
    assert time.perf_counter() - start < 5


def test_what_the_reader_knows_may_be_written_anew() -> None:
    """A closing as in the last answer and a sentence taken up stay above the quotation, a note never does."""
    shown = (
        "Hello Bob,\n\nit is repaired.\n\nBest regards\nAda from Acme Support\n",
        "My printer burns since Monday.",
    )
    sent = (f"{NOTIFICATION}\n{shown[0]}\n> {shown[1]}\n",)
    note = "Your note: he is a difficult customer, be careful with him."
    again = f"Hello Bob,\n\nMy printer burns since Monday.\nNo more!\n{note}\n\nBest regards\nAda from Acme Support"
    reply = f"{again}\n\nOn 1 Jan 2024 at 10:00, Acme <support@acme.test> wrote:\n> My printer burns since Monday.\n"

    separated = separate_text(reply, sent).new_text
    assert "Best regards" not in strip_own(separated, sent)
    kept = strip_own(reply, sent, shown)
    assert kept.split() == again.replace(note, "").split()


def test_a_whole_quotation_without_marks_is_not_given_back() -> None:
    """Many known words with no earlier mail announced are a quotation, though the reader knows them."""
    known = "My printer burns since Monday and nobody answers the phone in your office.\nBest regards\nBob Example"
    lines = read_lines(f"I shall send one.\n{known}")
    marked = mark_known(lines, index_sent((known,)))
    given = give_back(marked, lines, index_sent((known,)), len(lines), announced=False)

    assert [line.known for line in given] == [False, True, True, True]
