"""The HTML of what the operator wrote now, cleaned, for the customer: nothing of ours, no quote, no signature.

Which words go to the customer is settled as text before (``core/quoting.py``). Here the nodes that carry exactly these
words are looked up in his HTML and everything else is cut out of it. When the result does not say the relayed text,
word for word, there is no HTML: the mail is then written from the text (``inboxd/letters.py``), and nothing leaks.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from selectolax.lexbor import LexborNode

from inboxd.core.commands import read_commands
from inboxd.core.html_places import Place, Places, find_places
from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Mail
from inboxd.core.quoting import OPERATOR_TOKEN, separate, strip_own
from inboxd.core.quoting_html import marked_tree
from inboxd.core.relay_clean import clean_body

# What writers of plain text add to the words: addresses behind links, stars and slashes around emphasis.
_ADDED: Final = re.compile(r"<?(?:https?://|mailto:)[^\s<>]{1,2000}>?|<[^\s<>@]{1,64}@[^\s<>]{1,255}>|[*_/]")
_SPACES: Final = re.compile(r"\s+")


def relay_html(mail: Mail, text: str, sent_texts: tuple[str, ...], shown_texts: tuple[str, ...] = ()) -> str:
    """Return the mark-up of ``text`` (what of ``mail`` goes to the customer) as cleaned HTML without ``<html>``.

    ``sent_texts`` are the texts of what we sent to the operator, ``shown_texts`` what the customer knows. Empty: the mail has no HTML, or its HTML does not say
    exactly what is relayed.
    """
    if not (text.strip() and mail.html.strip()):
        return ""
    lines = _lines_of_html(mail, text, sent_texts, shown_texts)
    tree = marked_tree(mail.html)[0]
    places = find_places(tree)
    wanted = _find_segments(places, lines)
    if not wanted or tree.body is None:
        return ""
    kept = _kept_nodes(places, wanted)
    if kept is None:
        return ""
    _prune(tree.body, kept)
    cleaned = clean_body(tree.body)
    return cleaned if _says(cleaned, "\n".join(lines)) else ""


def seen_images(html: str) -> frozenset[str]:
    """Return the content ids of the images in an HTML body that its mark-up calls neither quoted nor signature."""
    places = find_places(marked_tree(html)[0]).places
    shown = (one.node for one in places if not (one.quoted or one.signature))
    return frozenset(_content_id(node) for node in shown) - {""}


def _lines_of_html(
    mail: Mail, text: str, sent_texts: tuple[str, ...], shown_texts: tuple[str, ...]
) -> tuple[str, ...]:
    """Return the relayed lines as the HTML lays them out; none when it says something else than ``text``."""
    rich = separate(replace(mail, plain="", text=""), sent_texts, (), shown_texts).new_text
    rest = read_commands(strip_own(rich, sent_texts, shown_texts)).rest
    if _words(rest) != _words(text):
        return ()
    return tuple(line for line in rest.splitlines() if line.strip())


def _words(text: str) -> str:
    return _SPACES.sub("", _ADDED.sub(" ", text))


def _find_segments(places: Places, lines: tuple[str, ...]) -> frozenset[int]:
    """Return the segments that are the lines, in their order; none when one cannot be found.

    Of equal segments any may be taken: it says the same, and what is not said (links, images) is checked by itself.
    """
    found: list[int] = []
    at = 0
    for line in lines:
        key = " ".join(line.split())
        while at < len(places.segments) and not (
            places.segments[at].key == key and not places.segments[at].quoted
        ):
            at += 1
        if at == len(places.segments):
            return frozenset()
        found.append(at)
        at += 1
    return frozenset(found)


def _kept_nodes(places: Places, wanted: frozenset[int]) -> frozenset[int] | None:
    """Return the ids of the nodes to keep; None when one of them also holds words that are not wanted."""
    kept: set[int] = set()
    for place in places.places:
        inside = [number in wanted for number in place.segments]
        if any(inside) and not all(inside):
            return None
        if any(inside):
            kept.add(place.node.mem_id)
    return frozenset({*kept, *_silent(places.places, kept)})


def _silent(places: tuple[Place, ...], kept: set[int]) -> Iterator[int]:
    """Yield the images and blanks that belong to the kept text.

    A blank line stands between two kept texts; an image beside one, and outside of quotes and signatures.
    """
    after = _neighbours(reversed(places), kept)
    for place, before, behind in zip(
        places, _neighbours(iter(places), kept), reversed(list(after)), strict=True
    ):
        if place.segments or place.quoted or place.signature:
            continue
        if before and behind if place.node.tag != "img" else _content_id(place.node) and (before or behind):
            yield place.node.mem_id


def _neighbours(places: Iterator[Place], kept: set[int]) -> Iterator[bool]:
    """Yield for every place whether the nearest text passed on the way to it is kept."""
    nearest = False
    for place in places:
        yield nearest
        if place.segments:
            nearest = place.node.mem_id in kept


def _content_id(node: LexborNode) -> str:
    """Return the content id of an image that travels with the mail (RFC 2392), else the empty string."""
    source = (node.attributes.get("src") or "") if node.tag == "img" else ""
    return unquote(source[4:]).strip() if source[:4].lower() == "cid:" else ""


def _prune(body: LexborNode, kept: frozenset[int]) -> None:
    """Take everything out of the tree that is not kept and holds nothing that is."""
    needed = set(kept)
    for node in body.traverse(include_text=True):
        if node.mem_id in kept:
            _add_ancestors(node, needed)
    doomed: list[LexborNode] = []
    waiting = [body]
    while waiting:
        child = waiting.pop().first_child
        while child is not None:
            if child.mem_id in needed:
                waiting.append(child)
            elif not _is_space(child):
                doomed.append(child)
            child = child.next
    for node in doomed:
        node.remove()


def _add_ancestors(node: LexborNode, needed: set[int]) -> None:
    above = node.parent
    while above is not None and above.mem_id not in needed:
        needed.add(above.mem_id)
        above = above.parent


def _is_space(node: LexborNode) -> bool:
    """Return True for the white space between elements, which is nothing to see but may part two words."""
    return node.is_text_node and not (node.text_content or "").strip(" \t\r\n\f")


def _says(cleaned: str, text: str) -> bool:
    """Return True when the HTML says the text and nothing else, and hides no address that only operators know."""
    hidden = OPERATOR_TOKEN.search(unquote(cleaned))
    return hidden is None and _SPACES.sub("", html_to_text(cleaned)) == _SPACES.sub("", text)
