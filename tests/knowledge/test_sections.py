from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.sections import MAX_PASSAGE_CHARACTERS, Section, split_sections


def test_cuts_at_second_level_headings_and_drops_markdown() -> None:
    """A passage is a heading with its words, links and emphasis left out."""
    found = split_sections("Lead *one*.\n\n## Steps\n\n1. Open `x`\n2. Press [here](u)\n\n### Detail\n\nmore")
    assert found == (Section("", "Lead one."), Section("Steps", "Open x Press here Detail more"))


def test_a_long_section_is_cut_between_blocks() -> None:
    """No passage holds much more than the model reads."""
    found = split_sections("\n\n".join(f"{n} " + "word " * 50 for n in range(8)))
    assert len(found) > 1
    assert all(len(section.text) <= MAX_PASSAGE_CHARACTERS for section in found)


def test_a_heading_without_text_is_its_own_passage() -> None:
    """Nothing that was written is lost."""
    assert split_sections("## Only a heading") == (Section("Only a heading", "Only a heading"),)


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    """Any text is Markdown."""
    split_sections(text)
