"""A customer's words without the customer: what is learnt from a mail holds nothing that says who wrote it.

Names are taken out where they are known (ticket, participants) and where people give them ("my name is …"); addresses,
numbers, links, accounts and places of living by their form. What is left says what was asked, and never who asked.
Better a word too many is lost: one phrasing of many loses little by it.
"""

import re
from collections.abc import Iterable

from inboxd.knowledge.question import MAX_UNIT, mask, read_question

MAX_TEXT = 8_000
# The mark that stands where something was taken out of an operator's own words.
GAP = "…"

_NAME = r"(?:[^\W\d_a-zà-öø-ÿ][\w.'’-]{0,30})"
_NAMES = rf"{_NAME}(?: (?:(?:van|von|de|der|den|du|da|la|le|zu|bin|al) ){{0,2}}{_NAME}){{0,3}}"
_INTRODUCED = re.compile(
    r"\b((?:[Mm]y name is|[Tt]his is|I am|I'm|[Ii]ch bin(?: die| der)?|[Ii]ch hei(?:ß|ss)e|[Mm]ein Name ist|[Jj]e m'appelle|[Jj]e suis|[Mm]on nom est"
    r"|[Mm]e llamo|[Mm]i nombre es|[Ss]oy|[Rr]egards,?|[Cc]heers,?|[Gg]rü(?:ß|ss)e,?|[Ss]aludos,?|[Cc]ordialement,?)) "
    + _NAMES
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir|Madam|Herrn?|Frau|Monsieur|Madame|Mme|M|Señora?|Sra?|Don|Doña)\.? "
    + _NAMES
)
_CHINESE_NAME = re.compile(
    r"(?:我叫|我是|我的名字是|名字叫|姓名[:：是]?)\s?[\u4e00-\u9fff]{2,4}(?=[，,。.！!；;\s]|$)|[\u4e00-\u9fff]{1,2}(?:先生|女士|小姐|总)(?=[，,。.！!的\s]|$)"
)
_STREETS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b{_NAME}?(?:[ -]{_NAME}){{0,2}} ?(?:[Ss]tra(?:ß|ss)e|[Ss]tr\.|[Ww]eg|[Pp]latz|[Gg]asse|[Aa]llee|[Rr]ing|[Uu]fer|[Dd]amm) ?\d{{1,4}} ?[a-zA-Z]?\b",
        rf"\b\d{{1,5}}[a-zA-Z]?,? (?:{_NAME} ){{1,3}}(?:[Ss]treet|[Ss]t|[Rr]oad|[Rr]d|[Aa]venue|[Aa]ve|[Ll]ane|[Ll]n|[Dd]rive|[Dd]r|[Bb]oulevard|[Bb]lvd|[Cc]ourt|[Ss]quare|[Ww]ay)\b\.?",
        r"\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|place|chemin|impasse|allée)(?: (?:de|du|des|la|le|les|l'|d'))?(?: [\w'’-]{2,25}){1,3}",
        r"\b(?:[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Cc]amino)(?: (?:de|del|la|las|los))?(?: [\w'’-]{2,25}){1,3},? (?:n[.º°o]{0,2} ?)?\d{1,4}",
        r"[\u4e00-\u9fff]{1,8}(?:省|市|区|县)?[\u4e00-\u9fff]{1,12}(?:路|街|道|巷|弄|村|小区)\s?\d{0,5}(?:号|弄|栋|幢|室|单元|-|\d){0,12}",
        rf"\b\d{{4,6}} {_NAMES}",
        r"\b(?:[A-Z]{1,2}\d{1,2}[A-Z]? ?\d[A-Z]{2})\b",
        r"(?:P\.? ?O\.? ?Box|Postfach|B\.?P\.?|Apartado)\s?\d{1,8}",
    )
)
_ACCOUNTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b",
        r"\b(?:https?://|www\.)\S{1,500}",
        r"<?\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}>?",
        r"(?<!\w)@[\w.]{2,40}",
        r"(?:/home/|/Users/|[A-Z]:\\Users\\)[\w.-]{1,60}(?:[\\/][\w.-]{1,60}){0,8}",
        r"\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,3}\.(?:com|org|net|io|de|fr|es|it|cn|uk|eu|co|at|ch|app|dev|me|info|biz|test|example|invalid)\b",
        r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b|\d{2,4}年\d{1,2}月\d{1,2}日?",
        r"[€$£¥]\s?\d[\d.,]{0,12}|\d[\d.,]{0,12}\s?(?:[€$£¥]|EUR|USD|GBP|CNY|RMB|元|块)",
        r"\+?\(?\d[\d ()/.-]{6,24}\d",
        r"#\s?[\w-]{1,24}",
        r"\b(?=[A-Za-z_-]{0,20}\d)[A-Za-z\d_-]{5,40}\b",
        r"\d{3,30}",
    )
)
_SPACE = re.compile(r"[ \t]{2,}")
_LETTER = re.compile(r"[^\W\d_]")
_MARKS = re.compile(rf"(?:{GAP}[\s,.;:]{{0,3}}){{2,}}")
# A name that is also a word of the language is only a name where it is written like one.
_SHORTEST = 2


def anonymise(text: str, names: Iterable[str] = (), *, mark: str = " ") -> str:
    """Return the text without names, addresses, numbers and accounts; ``mark`` stands in the gaps.

    ``names`` are display names and addresses of everybody on the ticket. Never raises; a text longer than 8,000
    characters is cut.
    """
    said = _without_people(text[:MAX_TEXT], mark)
    for pattern in _ACCOUNTS:
        said = pattern.sub(mark, said)
    for name in _parts(names):
        said = _whole(name).sub(mark, said)
    return _SPACE.sub(" ", _MARKS.sub(f"{GAP} ", said)).strip()


def question_of(subject: str, text: str, names: Iterable[str] = ()) -> str:
    """Return what a customer's mail asks, as one phrasing that holds nothing personal; empty when nothing is left."""
    known = tuple(names)
    # Numbers stay until it is read: a sentence that only tells one is no part of the question, and is left out whole.
    question = read_question(anonymise(subject, known), _without_people(text[:MAX_TEXT], " "))
    asked = anonymise(" ".join(question.sentences) or question.subject, known)[:MAX_UNIT]
    return mask(asked) if _LETTER.search(asked) else ""


def _without_people(text: str, mark: str) -> str:
    """Return the text without the names people give themselves and each other, and without streets."""
    said = _INTRODUCED.sub(rf"\1 {mark}", text)
    for pattern in (_TITLED, _CHINESE_NAME, *_STREETS):
        said = pattern.sub(mark, said)
    return said


def _parts(names: Iterable[str]) -> list[str]:
    """Return the words names and addresses are made of, longest first."""
    found: set[str] = set()
    for name in names:
        whole, _, domain = name.partition("@")
        words = re.split(r"[\s.,;:<>()\"'_+\d-]+", whole[:200])
        if domain:
            words += domain.split(".")[:-1]
        found |= {word for word in (name, *words) if len(word) >= _SHORTEST and not _is_common(word)}
    return sorted(found, key=lambda word: (-len(word), word))


def _is_common(word: str) -> bool:
    """Return whether the part of an address says nothing of a person: who answers for a whole firm."""
    return word.lower() in _COMMON


_COMMON = frozenset(
    """mail email info support contact office sales service help admin billing accounts account hello team the and
    gmail googlemail yahoo outlook hotmail icloud gmx web proton protonmail aol qq customer co com org net
    van von de der den du da la le zu bin al mr mrs ms dr herr frau""".split()
)


def _whole(name: str) -> re.Pattern[str]:
    """Return the pattern of a name as a word of its own; a Chinese one may stand anywhere."""
    escaped = re.escape(name)
    return re.compile(escaped if name[0] >= "\u2e80" else rf"(?<!\w){escaped}(?:'s|’s)?(?!\w)", re.IGNORECASE)
