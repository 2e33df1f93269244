"""From the lines of an HTML body back to its nodes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.html_places import find_places
from inboxd.core.quoting_html import html_lines, marked_tree


def placed(html: str) -> list[tuple[str, list[str]]]:
    """Return the lines with the texts and tags they come from."""
    tree, _ = marked_tree(html)
    found = find_places(tree)
    nodes: dict[int, list[str]] = {}
    for place in found.places:
        for number in place.segments:
            nodes.setdefault(number, []).append(
                (place.node.text_content or "").strip() or str(place.node.tag)
            )
    return [(segment.key, nodes.get(at, [])) for at, segment in enumerate(found.segments) if segment.key]


def test_every_line_knows_its_nodes() -> None:
    """Inline elements share a line, blocks begin one, a rule is its own; what is hidden has no place."""
    html = "<div>One <b>two</b></div><p>three<br>four</p><hr><ul><li>five</li></ul><p style='display:none'>six</p>"

    assert placed(html) == [
        ("One two", ["One", "two"]),
        ("three", ["three"]),
        ("four", ["four"]),
        ("--------------------", ["hr"]),
        ("- five", ["five"]),
    ]


def test_a_text_of_several_lines_belongs_to_all_of_them() -> None:
    """Preformatted text stands on as many lines as it has, and not on the next one."""
    html = "<pre>one\ntwo\n</pre><p>three</p>"

    assert [(key, len(nodes)) for key, nodes in placed(html)] == [("one", 1), ("two", 1), ("three", 1)]


def test_quoted_and_signed_segments_are_known() -> None:
    """The marks of the quote finder tell which lines are an earlier mail's or a signature."""
    html = '<p>new</p><div class="moz-signature">Ada</div><blockquote type="cite">old</blockquote>'
    segments = find_places(marked_tree(html)[0]).segments

    assert {one.key: (one.quoted, one.signature) for one in segments if one.key.strip("> ")} == {
        "new": (False, False),
        "Ada": (False, True),
        "> old": (True, False),
    }


PIECES = st.lists(
    st.sampled_from(
        "<div> </div> <p> </p> one two <br> <hr> <blockquote> </blockquote> <pre> </pre> <b> </b> <li> <table><tr><td>"
        " </table> <blockquote\ttype=cite> <div\tclass=gmail_quote> <div\tid=Signature> &nbsp; \n".split(" ")
    ).map(lambda piece: piece.replace("\t", " ")),
    max_size=25,
)


@settings(max_examples=150, deadline=None)
@given(PIECES)
def test_the_lines_are_those_of_the_quote_finder(pieces: list[str]) -> None:
    """Whatever the mark-up, the segments with words are the lines in which the quote finder reads the mail."""
    html = "".join(pieces)
    lines = [" ".join(line.text.split()) for line in html_lines(html)[0] if line.text.strip("> \t")]
    segments = find_places(marked_tree(html)[0]).segments

    assert [one.key for one in segments if one.key.strip("> ")] == lines
