"""Whether a reply to a survey says that its writer wants no more of them, in five languages."""

import re

from inboxd.core.folding import folded
from inboxd.core.survey_patterns import GREETING

MAX_LINE = 80

_STOP = re.compile(
    r"(?:please |bitte |merci de |por favor,? |请|請)?(?:"
    r"stop+|unsubscribe|opt[ -]?out|remove me|(?:no|stop) (?:more )?(?:surveys?|questionnaires?)|leave me alone|"
    r"(?:stop|do not|don't|never) (?:asking|sending|ask|send|survey|write)\b[^\n.!?]{0,40}|"
    r"abmelden|abbestellen|austragen|keine (?:weiteren |solchen )?(?:umfragen?|befragungen?)(?: mehr)?|"
    r"(?:fragen|schicken|senden) sie (?:mich |mir )?(?:das |so etwas |sowas )?(?:bitte )?nicht (?:mehr|wieder)|"
    r"desabonner|desinscrire|me desinscrire|plus (?:de|d')\s?(?:sondages?|enquetes?|questionnaires?)(?: svp)?|arretez|"
    r"ne (?:m'|me )(?:demandez|envoyez|ecrivez) plus[^\n.!?]{0,40}|"
    r"baja|darme de baja|no mas (?:encuestas?|correos?)|no me (?:envien|manden|pregunten) mas[^\n.!?]{0,40}|"
    r"退订|取消订阅|别再发了?|不要再发了?|不要再问了?|停止|不再接收|"
    r"退訂|取消訂閱|別再發了?|不要再發了?|不要再問了?"
    r")(?:,? (?:please|bitte|merci|svp|s'il vous plait|por favor|gracias|thanks|thank you|danke))?[\s.!。！]{0,5}"
)


def asks_to_stop(new_text: str) -> bool:
    """Return True when the first line, a greeting aside, asks for no further surveys and says nothing else."""
    lines = [line for text in new_text[:2000].splitlines()[:20] if (line := folded(text).strip(" \t*_>\"'"))]
    if len(lines) > 1 and GREETING.match(lines[0]):
        lines = lines[1:]
    return bool(lines) and len(lines[0]) <= MAX_LINE and _STOP.fullmatch(lines[0]) is not None
