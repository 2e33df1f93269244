"""A desk of any size, made of words: articles with questions and sections, and mails that ask for them."""

import itertools
import random
from pathlib import Path

THINGS = """
invoice refund password account order parcel subscription licence export backup report user team calendar project webhook
token domain certificate voucher delivery address printer scanner battery charger camera phone router network newsletter
profile picture comment forum map route ticket booking seat hotel flight passport insurance claim contract payment card
statement transfer loan interest receipt warranty repair cable screen keyboard mouse update plugin theme form survey chart
""".split()
ACTS = """
change cancel renew download upload delete restore move copy share print track return replace repair activate block open
close find sort rename merge split import schedule pause resume upgrade downgrade verify sign translate archive lock
""".split()
_PLACES = (
    "in the app", "on the website", "for a colleague", "for last year", "from abroad", "without a password",
    "with another address", "before the deadline", "after the update", "on my phone", "for two users",
    "in another currency", "for the whole team", "at night", "with a voucher", "under another name",
)  # fmt: skip
ASKING = (
    "How do I {act} my {thing} {place}?", "I want to {act} the {thing} {place}", "Can I {act} a {thing} {place}?",
    "Where can one {act} the {thing} {place}", "Please {act} our {thing} {place}, we need it",
)  # fmt: skip
_STEPS = """
open the settings and choose the entry that is named like it then press the button below the list wait a moment until the
page has loaded again and look at the date the amount and the name of the person who asked for it before you go on
""".split()
_STORIES = (
    "We have been working with it since spring and were content until now.",
    "Yesterday a colleague looked at it together with me for half an hour.",
    "The page I was sent to last week looks different from the one in your guide.",
    "It is for our office, where four of us share one computer.",
    "On Friday somebody comes to look at our books and asks for it.",
)
_MAIL = """\
From: Customer {number} <customer{number}@shop{number}.example>
To: support@acme.test
Subject: {subject}
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <{number}.matching@shop{number}.example>
Content-Type: text/plain; charset=utf-8

Hello,

{body}

Best regards
Customer {number}
"""

Topic = tuple[str, str, str]


def topics(articles: int) -> list[Topic]:
    """Return what each article is about, always the same for a number."""
    every = list(itertools.product(ACTS, THINGS, _PLACES))
    return random.Random(1).sample(every, articles)


def write_desk(folder: Path, articles: int, *, questions: int, sections: int) -> None:
    """Write so many articles with so many questions (5 at most) and sections each."""
    dice = random.Random(2)
    folder.mkdir(parents=True, exist_ok=True)
    for number, topic in enumerate(topics(articles)):
        (folder / f"article-{number:05}.md").write_text(_article(topic, questions, sections, dice), "utf-8")


def make_mail(number: int, topic: Topic, sentences: int) -> bytes:
    """Return a mail of so many sentences, one of which asks for the topic's article."""
    dice = random.Random(number)
    act, thing, place = topic
    asking = dice.choice(ASKING).format(act=act, thing=thing, place=place)
    story = dice.sample(_STORIES, sentences - 1)
    body = " ".join([*story, asking if asking.endswith("?") else f"{asking}."])
    return _MAIL.format(number=number, subject=f"About our {thing}", body=body).encode()


def _article(topic: Topic, questions: int, sections: int, dice: random.Random) -> str:
    act, thing, place = topic
    asked = [form.format(act=act, thing=thing, place=place) for form in ASKING[:questions]]
    lines = [
        "---",
        f"title: {act.title()} a {thing} {place}",
        "questions:",
        *(f"  - {one}" for one in asked),
        "---",
    ]
    for number in range(sections):
        if number:
            lines += ["", f"## To {dice.choice(ACTS)} the {dice.choice(THINGS)}", ""]
        lines.append(f"To {act} your {thing} {place}: {' '.join(dice.choices(_STEPS, k=40))}.")
    return "\n".join(lines) + "\n"
