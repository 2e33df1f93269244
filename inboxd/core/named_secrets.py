"""Secrets that somebody names: what stands behind "password:", "mein Passwort ist", "密码" or "CVV".

The surer the place, the less the value itself must look like a secret: behind a colon anything but "wrong" and its kin is one, a few
words further on only what is no word of a language.
"""

import re
from collections.abc import Iterator

from inboxd.core import secret_words as words

_LONGEST = 200
# Systems take no ideographs; in Chinese the sentence goes on without a space.
_VALUE = rf"""(?:"(?P<quoted>[^"\n]{{4,{_LONGEST}}})"|“(?P<curled>[^”\n]{{4,{_LONGEST}}})”
    |["'`“‘„«]?(?P<plain>(?![:=])[^\s"'`<>“”‘’„«»\u3000-\u9fff\uac00-\ud7a3\uff00-\uff65]{{3,{_LONGEST}}}))"""
_NAME = re.compile(rf"{words.NAMES}|(?P<weak>{words.WEAK_NAMES})", re.IGNORECASE | re.VERBOSE)
_COLON = re.compile(
    rf"""["'’]?\ ?(?:{words.VERB}\ ?)?(?:\([^()\n]{{1,30}}\)\ ?)?(?:[:=：]|->|→){{1,2}}[^\S\n]{{0,3}}{_VALUE}""",
    re.IGNORECASE | re.VERBOSE,
)
_VERB = re.compile(rf"\ ?{words.VERB}(?:\ |(?<=[是為为])){_VALUE}", re.IGNORECASE | re.VERBOSE)
# A few words away, in the next line, or right behind.
_FURTHER = re.compile(
    rf"""["'’]?[^\S\n]?(?:[^\s:=：]{{1,20}}\ ){{0,6}}?(?:{words.VERB}(?=\s)|[^\s:=：]{{0,20}}[:=：])\s{{1,3}}{_VALUE}""",
    re.IGNORECASE | re.VERBOSE,
)
_BESIDE = re.compile(rf"(?:\s|(?<=[码碼令钥鑰])){_VALUE}", re.VERBOSE)
_OWNER = re.compile(rf"(?<![^\W_]){words.OWNERS}\ ?(?:\w{{1,20}}\ )?\Z", re.IGNORECASE | re.VERBOSE)
_CODE = re.compile(
    rf"""(?<![^\W_])(?:(?P<pin>{words.PINS})|(?P<card>{words.CARD_CODES})|{words.CODES})
    (?:\ ?(?:code|number|nummer|nr\.?))?\ ?{words.VERB}?\ ?[:=：]?\ ?
    (?P<plain>(?(card)\d{{3,4}}|(?(pin)\d{{4,5}}|\d{{3,8}})))(?![\w.]*\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_PAIR = re.compile(
    rf"(?<![^\W_])(?:{words.ACCOUNTS})\ ?[:=：]\ ?[^\s/|:]{{1,100}}\ ?[/|:]\ ?(?P<plain>[^\s\"'<>]{{3,{_LONGEST}}})",
    re.IGNORECASE | re.VERBOSE,
)
_NO_VALUE = re.compile(
    r"(?:https?:|www\.|mailto:|\[|<|#\d|\*+$|\.+$|_+$|-+$)|[^\s@]{1,64}@[^\s@]{1,255}\.\w", re.IGNORECASE
)
_PRODUCT = re.compile(words.PRODUCTS, re.IGNORECASE | re.VERBOSE)
_FIGURES = re.compile(r"[\d.:/,-]+")
_SIGNS = re.compile(r"[!$%&*#?^~+=_@]")
_INNER_CAPITAL = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]", re.ASCII)
_PARTICIPLE = re.compile(r"\w{3,30}(?:ed|ing|t|en|é|ée|ado|ada)", re.IGNORECASE)
# What ends a sentence or a bracket, and not a password.
_ENDS = ".,;:)]}…"
_SHORTEST, _SHORTEST_ALONE = 4, 5


def named_secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each such secret of a text begins and ends, in no order; some may lie in others."""
    lowered = text.lower()
    if _has(lowered, words.HINTS, words.IDEOGRAPHIC_HINTS):
        for name in _NAME.finditer(text):
            yield from _behind(text, name)
    if _has(lowered, words.CODE_HINTS, words.IDEOGRAPHIC_CODE_HINTS):
        yield from (found.span("plain") for found in _CODE.finditer(text))
    if _has(lowered, words.ACCOUNT_HINTS):
        for found in _PAIR.finditer(text):
            if looks_secret(found["plain"]):
                yield _span(found, "plain")


def may_be_secret(value: str) -> bool:
    """Return whether what stands behind "password:" may be one: no address, no word that says what is wrong with it."""
    bare = value.rstrip(_ENDS + "!?")
    return len(bare) >= _SHORTEST and bare.casefold() not in words.NO_SECRETS and not _NO_VALUE.match(value)


def looks_secret(value: str) -> bool:
    """Return whether a word looks like no word of a language: letters with digits, with signs or with inner capitals."""
    bare = value.rstrip(_ENDS + "!?")
    if not may_be_secret(value) or len(bare) < _SHORTEST_ALONE:
        return False
    if _PRODUCT.fullmatch(bare) or _FIGURES.fullmatch(bare):
        return False
    has_letter = any(one.isalpha() for one in bare)
    has_digit = any(one.isdigit() for one in bare)
    return has_letter and (has_digit or bool(_SIGNS.search(bare, 1)) or bool(_INNER_CAPITAL.search(bare)))


def _behind(text: str, name: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the secret behind a name, when one is told there."""
    at, is_weak = name.end(), name["weak"] is not None
    if found := _COLON.match(text, at):
        if not is_weak or any(one.isdigit() for one in found["plain"] or ""):
            yield from _told(found, sure=not is_weak)
    elif found := _VERB.match(text, at):
        yield from _told(found, sure=not is_weak and _is_his_word(text, name, found))
    elif not is_weak and (found := _BESIDE.match(text, at)):
        yield from _told(found, sure=False)
    if not is_weak and (found := _FURTHER.match(text, at)):
        yield from _told(found, sure=False)


def _told(found: re.Match[str], *, sure: bool) -> Iterator[tuple[int, int]]:
    for quoted in ("quoted", "curled"):
        if found[quoted]:
            yield found.span(quoted)
            return
    if (may_be_secret if sure else looks_secret)(found["plain"]):
        yield _span(found, "plain")


def _is_his_word(text: str, name: re.Match[str], found: re.Match[str]) -> bool:
    """Return whether "my password is" tells a word: one that ends the sentence and says nothing about passwords."""
    owner = _OWNER.search(text[max(0, name.start() - 30) : name.start()])
    rest = text[found.end() : found.end() + 1]
    ends = not rest.strip() and (
        "\n" in rest or not rest or found["plain"] != (found["plain"] or "").rstrip(_ENDS + "!?")
    )
    return (
        owner is not None and ends and not _PARTICIPLE.fullmatch((found["plain"] or "").rstrip(_ENDS + "!?"))
    )


def _span(found: re.Match[str], group: str) -> tuple[int, int]:
    return found.start(group), found.start(group) + len(found[group].rstrip(_ENDS))


def _has(lowered: str, *hints: tuple[str, ...]) -> bool:
    return any(one in lowered for some in hints for one in some)
