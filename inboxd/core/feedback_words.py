"""How customers say that an answer helped, or that it did not: tables of patterns on lower-case text.

Every repetition is bounded. ``NOT_HELPED`` is asked first: "thanks, but that is not what I asked" did not help.
"""

import re

NOT_HELPED = tuple(
    map(
        re.compile,
        (
            r"\b(?:not|isn't|wasn't|n't) (?:really |quite |at all )?(?:what|the (?:answer|thing|problem|question)) (?:i|we|to|you|for)?",
            r"\b(?:did not|didn't|does not|doesn't|do not|don't|has not|hasn't|is not|isn't|was not|wasn't|not)(?: really| quite| at all| very)? (?:help|helping|helped|helpful|answer|solve|solved|work|working|fix|fixed|apply|relevant|related|useful)\b",
            r"\bnot (?:it|this|that)\b|\bthat(?:'s| is| was) not\b|\b(?:still|again) (?:not|does|doesn't|have|having|the same|won't|can't|cannot|broken|fails?|get)\b",
            r"\b(?:misunderst\w{2,6}|wrong (?:answer|article|topic|thing)|something (?:else|different)|different (?:question|problem|issue)|no help|useless|irrelevant|unhelpful|already (?:tried|did|done|read) (?:that|this|it))\b",
            r"\A\W{0,5}(?:no|nope|nein|non|nö|不是|不对)\W{0,9}\Z|\b(?:for nothing|für nichts|pour rien|por nada)\b",
            r"\b(?:do not|don't|doesn't|does not) (?:have|see|find) (?:that|this|the|such|any)\b|\bthere is no such\b|\bworked (?:not|before|until|yesterday|last)\b|\bused to work\b|\b(?:done|tried|did|read) (?:all )?(?:of )?(?:that|this|it|these|those) already\b",
            r"\b(?:gibt es (?:bei mir )?(?:gar )?nicht|hat (?:leider |auch )?nicht (?:funktioniert|geholfen|geklappt)|schon (?:alles )?(?:probiert|versucht|gemacht|getan)|alles schon (?:probiert|versucht|gemacht))\b|\bdéjà (?:essayé|tout fait|fait (?:tout )?(?:ça|cela))\b|\bya lo (?:he )?(?:intentad|probad|hech|intent|prob)\w{1,3}\b|\beso no es\b|试过了",
            r"\b(?:my|the) question was\b|\bi (?:asked|meant|was asking) (?:about|for|something|how|why|whether)\b",
            r"\b(?:hilft|half|geholfen|beantwortet|löst|gelöst|funktioniert|klappt|passt|trifft)\b[^.!?]{0,30}\b(?:nicht|leider nicht|gar nicht|kein)\b|\b(?:nicht|kaum)(?: wirklich)? (?:hilfreich|geholfen|weiter|das,? was|beantwortet|gelöst|meine frage|gemeint)\b",
            r"\b(?:falsche antwort|falsch verstanden|missverstanden|missverständnis|etwas anderes|andere frage|am thema vorbei|meine frage war|immer noch (?:nicht|kein)|bringt (?:mir )?nichts|weiterhin nicht)\b",
            r"\b(?:n'aide|ne m'aide|ne répond|n'a pas (?:aidé|résolu|répondu|fonctionné|marché)|ne (?:marche|fonctionne|résout|correspond)|ne m'a pas)\b[^.!?]{0,25}|\bce n'est pas (?:ce|ça|la|ma|le|du tout)\b|\bpas (?:ma question|ce que|utile|la bonne)\b|\bma question (?:était|portait|concern\w{2,5})\b|\btoujours pas\b|\bautre chose\b|\bmal compris\b",
            r"\b(?:no me (?:ayuda|sirve|ha (?:ayudado|servido)|ayudó|sirvió)|no (?:responde|resuelve|funciona|es (?:lo|eso|mi|esa|la))|no era (?:lo|eso|mi)|sigue sin|todavía no|aún no|otra cosa|mi pregunta (?:era|es)|respuesta equivocada|malentendido|no ha (?:funcionado|resuelto))\b",
            r"(?:没有?|不|未)(?:能)?(?:帮助|帮到|解决|用|回答|行|对|有用|管用|起作用|奏效)|不是(?:这个|我(?:要|想|问)|我的)|答非所问|我(?:问|想问|要问)的是|还是(?:不|没|无法)|仍然(?:不|没|无法)|依然(?:不|没|无法)|搞错|理解错|误会|别的问题|没用",
        ),
    )
)
HELPED = tuple(
    map(
        re.compile,
        (
            r"\b(?:that|this|it|which)(?: really| just| totally| has| has now| now)? (?:worked|helped|solved|fixed|did it|did the trick|answers?(?:ed)? (?:my|the|it))\b",
            r"\b(?:problem|issue|question|matter)(?: is| was| has been)?(?: now)? (?:solved|fixed|resolved|answered|settled)\b|\b(?:works|working|solved|fixed|sorted) (?:now|perfectly|fine|again|like a charm)\b|\b(?:exactly|just) what i (?:needed|wanted|was looking for)\b|\bworked like a charm\b|\bvery helpful\b|\bperfect,? thank",
            r"\b(?:hat geklappt|hat funktioniert|hat geholfen|geklappt|funktioniert (?:jetzt|nun|wieder)|klappt (?:jetzt|nun|wieder)|problem gelöst|läuft (?:jetzt |nun )?(?:es )?wieder|erledigt|frage beantwortet|sehr hilfreich|genau das)\b",
            r"\b(?:ça (?:marche|fonctionne)|cela (?:marche|fonctionne)|a (?:marché|fonctionné)|problème (?:résolu|réglé)|c'est (?:bon|réglé|résolu|parfait)|m'a (?:bien )?aidé|très utile)\b",
            r"\b(?:ya (?:funciona|está|lo tengo|pude)|ha funcionado|funcionó|problema (?:resuelto|solucionado)|solucionado|resuelto|me ha (?:ayudado|servido)|muy útil)\b",
            r"解决了|已解决|搞定|可以了|好了|成功了|有用|有帮助|帮到我|明白了|清楚了",
        ),
    )
)
