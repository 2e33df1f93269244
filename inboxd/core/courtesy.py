"""A reply that only says thanks: it confirms an answer, asks for nothing, and reopens nothing."""

import re

MAX_WORDS = 16

# Every word of such a reply is one of these; a single other word makes it a mail for a person.
_THANKS = frozenset(
    """thanks thank thx ty cheers danke dank merci gracias obrigado grazie bedankt perfect great awesome
    excellent perfekt super parfait perfecto genial solved worked works helped 谢谢 多谢 感谢 解决了 已解决 搞定了
    謝謝 多謝 感謝 解決了 已解決""".split()
)
_FILLERS = frozenset(
    """you so very much many a lot again for the your quick fast help helpful answer reply response support that
    this it is was it's all now ok okay hi hello dear team everyone and i me we my us just what needed exactly
    vielen herzlichen besten schnelle schnell ihre eure deine hilfe antwort für die das hat jetzt alles gut sehr
    klappt funktioniert geholfen geklappt läuft geht wieder prima toll wunderbar beaucoup pour votre aide réponse rapide ça marche très bien tout est bon
    muchas mil por su tu ayuda respuesta rápida todo funciona muy bien ya hallo bonjour hola
    wonderful brilliant fantastic fixed sorted perfectly fine génial nickel top estupendo
    best regards kind greetings grüße gruß mit freundlichen cordialement saludos 好的 好 明白 明白了 收到 了 已经 问题
    你们 您们 您 你 们 的 帮助 帮忙 回复 答复 解答 耐心 快速 及时 非常 十分 很 啦 啊 呀 哈 现在 可以 可以了 好了 已經 問題 你們
    幫助 幫忙 回覆 答覆 及時 現在""".split()
)
# Chinese has no spaces: its words are those known here, the longest first, and each other character by itself.
_HAN = "\u3400-\u9fff"
_KNOWN_HAN = "|".join(
    sorted((one for one in _THANKS | _FILLERS if re.match(f"[{_HAN}]", one)), key=len, reverse=True)
)
# What stands last and turns thanks round.
_NO_NAMES = frozenset(
    """no nope nah not nothing never none wrong broken still again before yesterday cancel stop refund useless but
    nein nicht nichts nie kaum kein keine falsch kaputt immer noch wieder vorher gestern aber doch leider
    non pas rien jamais faux encore toujours hier avant mais hélas nada nunca todavía aún ayer antes pero""".split()
)
_LAST_WORD = re.compile(rf"(?P<before>[^\w]{{0,40}})(?P<word>(?:(?![{_HAN}])[\w'’]){{1,40}})\W{{0,40}}\Z")
_WORD = re.compile(rf"{_KNOWN_HAN}|[{_HAN}]|(?:(?![{_HAN}])[\w'’])+")


def is_thanks(new_text: str) -> bool:
    """Return True when the text thanks and does nothing else (no question, no further matter)."""
    if len(new_text) > 400 or "?" in new_text or "？" in new_text:  # noqa: PLR2004  a thank-you is short
        return False
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(new_text)]
    if not 0 < len(words) <= MAX_WORDS or not any(word in _THANKS for word in words):
        return False
    known = _THANKS | _FILLERS
    body = words[:-1] if len(words) > 1 and words[-1] not in known and _is_signed(new_text) else words
    return all(word in known for word in body)


def _is_signed(text: str) -> bool:
    """Return whether the last word may be the writer's name or the reader's: "Thanks, Tom", and not "thanks for nothing".

    It has a capital where no sentence begins, or a line of its own. A Chinese one is not told from 不行 (it does not work).
    """
    last = _LAST_WORD.search(text)
    if last is None or last["word"].replace("’", "'").casefold() in _NO_NAMES:
        return False
    own_line = "\n" in last["before"]
    return own_line or (last["word"][0].isupper() and not re.search(r"[.!]", last["before"]))
