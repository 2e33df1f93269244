"""Text whose lines flow (RFC 3676): soft line breaks taken out again."""

import re

_QUOTED = re.compile(r"(>*) ?")
_SIGNATURE = "-- "


def unflow(text: str, *, delete_space: bool = False) -> str:
    """Return ``text`` with every paragraph on one line, quotes (of their depth) marked ``> `` as before.

    A line that ends in a space goes on in the next one, as long as the quote depth stays (4.2); ``-- `` does not
    (4.3). With ``delete_space`` (DelSp=yes, 4.1) that space is no part of the text.
    """
    paragraphs: list[str] = []
    flowing: list[str] = []
    flowing_depth = 0
    for line in text.split("\n"):
        marks = _QUOTED.match(line)
        depth = len(marks[1]) if marks else 0
        content = line[depth:].removeprefix(" ")  # 4.4: stuffed
        if flowing and (depth != flowing_depth or content == _SIGNATURE):
            paragraphs.append(_paragraph(flowing, flowing_depth))
            flowing = []
        flowing_depth = depth
        soft = content.endswith(" ") and content != _SIGNATURE
        flowing.append(content[:-1] if soft and delete_space else content)
        if not soft:
            paragraphs.append(_paragraph(flowing, depth))
            flowing = []
    if flowing:
        paragraphs.append(_paragraph(flowing, flowing_depth))
    return "\n".join(paragraphs)


def _paragraph(lines: list[str], depth: int) -> str:
    content = "".join(lines)
    return f"{'>' * depth} {content}".rstrip(" ") if depth else content
