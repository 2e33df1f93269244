"""An article's Markdown to its sections: plain words under each heading, what a passage is."""

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# Beyond this a section says more than one thing and 128 word pieces do not hold it.
MAX_PASSAGE_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class Section:
    """One section: heading (empty for the text before the first) and text, both without Markdown."""

    heading: str
    text: str


def split_sections(body: str) -> tuple[Section, ...]:
    """Return the sections of a Markdown text, cut at ``##``; a long one is cut again between its blocks."""
    found: list[Section] = []
    heading = ""
    blocks: list[str] = []
    for block, is_heading in _blocks(_PARSER.parse(body)):
        if is_heading:
            found += _sections(heading, blocks)
            heading, blocks = block, []
        else:
            blocks.append(block)
    found += _sections(heading, blocks)
    return tuple(found)


def _blocks(tokens: list[Token]) -> list[tuple[str, bool]]:
    """Return (words, is it a section's heading) of every block that holds words, in order."""
    blocks: list[tuple[str, bool]] = []
    level = ""
    for token in tokens:
        if token.type == "heading_open":
            level = token.tag
        elif token.type == "inline":
            blocks.append((_words(token), level in {"h1", "h2"}))
            level = ""
        elif token.type in {"fence", "code_block"}:
            blocks.append((token.content.strip(), False))
    return [(" ".join(words.split()), heading) for words, heading in blocks if words.strip()]


def _words(token: Token) -> str:
    pieces = []
    for child in token.children or ():
        if child.type in {"text", "code_inline", "image"}:
            pieces.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            pieces.append(" ")
    return "".join(pieces)


def _sections(heading: str, blocks: list[str]) -> list[Section]:
    if not blocks:
        return [Section(heading, heading)] if heading else []
    texts = [""]
    for block in blocks:
        if texts[-1] and len(texts[-1]) + len(block) > MAX_PASSAGE_CHARACTERS:
            texts.append("")
        texts[-1] = f"{texts[-1]} {block}".strip()
    return [Section(heading, text) for text in texts]
