"""Mixed mails as those of ``bench_mails.py``, half a page long, that ask for articles: no two say the same.

Of twenty mails ten ask in text and three in HTML, four answer an earlier one; the others are an automatic answer, a bounce
and a newsletter. What the vectors of is known already costs nothing, so what people tell is made of words at random.
"""

import random

from bench_mails import mixed_mail
from matching_desk import ACTS, ASKING, THINGS, Topic

_QUESTION, _REPLY, _HTML = range(10), range(10, 14), range(14, 17)
_KINDS = 20
_SENTENCES = 5
_NAMES = "Ada Ben Carla David Emma Felix Greta Henry Ida Jonas Klara Liam Mia Noah Olga Paul Rosa Simon Tara Victor".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_MONTHS = "January February March April May June July August September October November December".split()
_TEAMS = (
    "office shop warehouse workshop school library practice kitchen studio laboratory garage archive".split()
)
_TELLING = (
    "We have used the {thing} in our {team} since {month} and were content until last {day}.",
    "On {day} {name} from the {team} wanted to {act} the {thing}, and it did not go as before.",
    "The page then showed the {thing} of {month} where the one of {month2} should have been.",
    "{name} and I looked at it together in the {team} and found nothing but the {thing2} from {month}.",
    "In {month} it still went well, and nobody of us has touched the {thing} or the {thing2} since.",
    "Our {team} and the {team2} share one {thing}, and {name} is the only one who may {act} it.",
    "{name2} says that in the {team2} they {act} the {thing2} every {day}, and have no trouble with it.",
    "I have waited since {day}, because {name} thought that the {thing} comes back by itself in {month}.",
)
_HEAD = """\
From: {name} <customer{writer}@shop{writer}.example>
To: support@acme.test
Subject: {subject}
Date: Mon, 23 Nov 2026 09:00:00 +0000
Message-ID: <{number}.asking@shop{number}.example>
MIME-Version: 1.0
{more}Content-Type: {type}

"""
_PLAIN = "text/plain; charset=utf-8"


def mixed_question(number: int, topic: Topic) -> bytes:
    """Return a mail, always the same for a number; most ask for the topic's article."""
    kind = number * 7 % _KINDS
    dice = random.Random(number)
    if kind in _REPLY:
        return _reply(number, dice)
    if kind not in _QUESTION and kind not in _HTML:
        return mixed_mail(number)[1]
    act, thing, place = topic
    asking = dice.choice(ASKING).format(act=act, thing=thing, place=place)
    told = _told(dice, _SENTENCES)
    told.insert(dice.randrange(len(told) + 1), asking if asking.endswith("?") else f"{asking}.")
    text, name = " ".join(told), dice.choice(_NAMES)
    values = {"number": number, "writer": number, "name": name, "subject": f"About our {thing}", "more": ""}
    values["type"] = _PLAIN
    body = f"Hello,\n\n{text}\n\nRegards\n{name}\n"
    if kind in _HTML:
        values["type"] = f'multipart/alternative; boundary="b{number}"'
        html = f"<html><body><p>Hello,</p><p>{text}</p><p>Regards<br>{name}</p></body></html>"
        body = (
            f"--b{number}\nContent-Type: {_PLAIN}\n\n{body}\n--b{number}\nContent-Type: text/html; charset=utf-8\n\n"
            f"{html}\n--b{number}--\n"
        )
    return _HEAD.format(**values).encode() + body.encode()


def is_question(number: int) -> bool:
    """Return whether the mail of that number asks for an article."""
    kind = number * 7 % _KINDS
    return kind in _QUESTION or kind in _HTML


def _reply(number: int, dice: random.Random) -> bytes:
    earlier = next((one for one in range(number - 1, -1, -1) if is_question(one)), 0)
    values = {"number": number, "writer": earlier, "name": dice.choice(_NAMES), "subject": "Re: our question"}
    more = f"In-Reply-To: <{earlier}.asking@shop{earlier}.example>\n"
    own, theirs = _told(dice, 2), _told(dice, 2)
    quoted = "\n".join(f"> {one}" for one in theirs)
    body = f"{' '.join(own)}\n\nOn Mon, 23 Nov 2026, Support wrote:\n{quoted}\n"
    return (_HEAD.format(**values, more=more, type=_PLAIN) + body).encode()


def _told(dice: random.Random, sentences: int) -> list[str]:
    """Return so many sentences that ask for nothing."""
    found = []
    for form in dice.sample(_TELLING, sentences):
        names, teams, months = dice.sample(_NAMES, 2), dice.sample(_TEAMS, 2), dice.sample(_MONTHS, 2)
        things = dice.sample(THINGS, 2)
        found.append(
            form.format(
                name=names[0], name2=names[1], team=teams[0], team2=teams[1], month=months[0], month2=months[1],
                thing=things[0], thing2=things[1], act=dice.choice(ACTS), day=dice.choice(_DAYS),
            )
        )  # fmt: skip
    return found
