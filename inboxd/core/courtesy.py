"""A reply that only says thanks: it confirms an answer, asks for nothing, and reopens nothing."""

import re

MAX_WORDS = 16

# Every word of such a reply is one of these; a single other word makes it a mail for a person.
_THANKS = frozenset(
    """thanks thank thx ty cheers danke dank merci gracias obrigado grazie bedankt perfect great awesome
    excellent perfekt super parfait perfecto genial solved worked works helped 谢谢 多谢 感谢 谢谢您 谢谢你 非常感谢
    解决了 已解决 好的谢谢 明白了谢谢""".split()
)
_FILLERS = frozenset(
    """you so very much many a lot again for the your quick fast help helpful answer reply response support that
    this it is was it's all now ok okay hi hello dear team everyone and i me we my us just what needed exactly
    vielen herzlichen besten schnelle schnell ihre eure deine hilfe antwort für die das hat jetzt alles gut sehr
    klappt funktioniert geholfen beaucoup pour votre aide réponse rapide ça marche très bien tout est bon
    muchas mil por su tu ayuda respuesta rápida todo funciona muy bien ya hallo bonjour hola
    best regards kind greetings grüße gruß mit freundlichen cordialement saludos 好的 明白了 收到 了 你们 您 你 的 帮助
    回复 快速 非常""".split()
)
_WORD = re.compile(r"[\w'’]+", re.UNICODE)


def is_thanks(new_text: str) -> bool:
    """Return True when the text thanks and does nothing else (no question, no further matter)."""
    if len(new_text) > 400 or "?" in new_text or "？" in new_text:  # noqa: PLR2004  a thank-you is short
        return False
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(new_text)]
    if not 0 < len(words) <= MAX_WORDS or not any(word in _THANKS for word in words):
        return False
    known = _THANKS | _FILLERS
    # A name at the very end is a signature, not a matter.
    body = words[:-1] if len(words) > 1 and words[-1] not in known else words
    return all(word in known for word in body)
