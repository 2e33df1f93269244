"""The forms of a score in a folded line: fractions, stars, labels, sentences. Every repetition is bounded."""

import re

# What may stand behind a score: nothing, punctuation or a picture, the beginning of a reason, thanks.
_END = (
    r"(?=\s*(?:$|[^\w\s%€$£&@/+*'.:,\-]|[.:,\-](?!\d)|(?:because|since|weil|denn|da|parce|car|porque|pues|thanks?|thx|"
    r"danke|vielen|merci|gracias|and|but|today|this time|hands down|und|heute|diesmal|aujourd'hui|hoy|esta vez|aber|et|mais|y|pero|from|for|von|fur|pour|de|por|para|overall|please|of course|naturlich)\b|ish\b|"
    r"谢谢|因为|感谢))"
)
_UNIT = r"(?:\s{1,3}(?:points?|punkten?|puntos?|pts?))?"
_NUMBER = r"(?<![\d.,:/#-])([0-5](?:[.,][05-9])?|10)"
FRACTION = re.compile(
    r"(?<![\d.,:/#-])(\d{1,3}(?:[.,]\d)?)\s{0,3}(?:/|(?:out of|of|von|aus|sur|de|sobre)\s)\s{0,3}(5|10|20|100)(?!\d|[./]\d)"
)
WORD_FRACTION_END = re.compile(
    rf"{_END}|\s*(?:stars?|stern(?:en|e)?|etoiles?|estrellas?|points?|punkte?n?|puntos?|(?:ver)?geben|vergabe|sagen)\b"
)
DATE_BEFORE = re.compile(
    r"\b(?:since|on|until|by|before|after|am|vom|seit|bis|le|du|depuis|el|del|desde)\s{0,3}$"
)
STARS = re.compile(rf"{_NUMBER}\s{{0,3}}-?\s{{0,3}}(?:stars?|sternen?|sterne|stern|etoiles?|estrellas?)\b")
_SADLY_ONLY = (
    r"(?:(?:leider|nur|only|just|sadly|unfortunately|malheureusement|seulement|lamentablemente|desgraciadamente|solo|sorry)"
    r",?\s){0,3}"
)
POINTS = re.compile(rf"{_SADLY_ONLY}{_NUMBER}\s{{1,3}}(?:points?|punkten?|punkte|punkt|puntos?|pts?)\b{_END}")
CHINESE_POINTS = re.compile(
    r"(?<![\d.])(100|10|[0-5])\s{0,2}(?:分|颗星|顆星|個星|个星|星)(?![钟鐘之期级級别類类店])"
)
CHINESE_NUMERAL = re.compile(r"[〇零一二两三四五](?=\s{0,2}(?:分|颗|顆|星|个星)|[。!.！]?$)")
LABEL = re.compile(
    r"\b(?:score|rating|rate|grade|mark|vote|bewertung|punktzahl|note|nota|puntuacion|calificacion|valoracion|"
    r"evaluation|csat|satisfaction|zufriedenheit|satisfaccion|answer|antwort|reponse|respuesta|service|support|overall|"
    rf"total)\b\s{{0,3}}(?:(?:is|of|ist|est|es)\s|[:=-])?\s{{0,3}}(?:a\s|un\s|eine\s)?{_NUMBER}{_END}"
)
CHINESE_LABEL = re.compile(
    r"(?:满意度|滿意度|评分|打分|分数|得分|评价|評分|打|给|給)[:是为為=]?\s{0,2}(?:你们|您)?\s{0,2}([0-5])(?!\d)\s{0,2}(?:分|$)"
)
GIVEN = re.compile(
    r"\b(?:give|gave|giving|rate|say|score|vote|gebe|geben|geb|gab|vergebe|bewerte|sage|sagen|donne|donnerais|mets|mettrais|"
    rf"mettrai|attribue|dirais|doy|daria|pongo|pondria|diria|go with|go for|going for|settle for|opt for|choose|pick|award|grade|deserves?|earned|verdient|nehme|wahle|attribuons|accorde|choisis|merite|califico|otorgo|elijo|merecen?|puntuo|valoro|damos|would be|ware|serait|seria)\b(?!\s(?:me|us|mir|uns|moi|nous)\b)[^\d.!?\n]{{1,40}}?{_NUMBER}{_UNIT}{_END}(?!\s{{0,3}}(?:if|wenn|falls|si)\b)"
)
# The empty alternative wants an article before it: a bare number at the start of a line is LEAD's.
A_NUMBER = re.compile(
    r"(?:\b(?:a|eine|ne|einer|un|une)\s|^)(?:solid |strong |clear |definitely |klare |glatte |ganz klar |buen |solo |"
    rf"(?<!^)){_NUMBER}{_UNIT}{_END}"
)
LEAD = re.compile(rf"^\+?([0-5](?:[.,][05-9])?)\+?{_END}(?!\s*[-–]\s*\d)")
VERDICT = re.compile(r"^([1-5])\s{1,3}([^\W\d_][^\d?]{1,80})$")
NUMBERS_ALONE = re.compile(r"(?<![\w.,:/#-])(?:10|[0-5])(?![\w%/]|[.,:]\d)")
WORDS = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
BEHIND = re.compile(r"\s{0,3}([^\W\d_]+)")
LAST = re.compile(r"(?:[.!;,。！，]|\b(?:sure|ok|yes|well|so):)\s{1,3}([0-5])\W{0,3}$")
RANGE = re.compile(
    r"^(?:between |zwischen |entre |von |de |from )?([0-5])\s{0,2}(?:[-–~〜/到至或]|(?:to|or|and|bis|oder|und|a|ou|et|o|u|y|maybe|vielleicht)\s)"
    r"\s{0,2}(?:maybe |perhaps |vielleicht |peut-etre |quizas )?([0-5])\s?(?:分|stars?|sterne|etoiles|estrellas|points?|punkte|puntos)?\W{0,3}$"
)
PERCENT = re.compile(
    rf"^(\d{{1,3}})\s{{0,2}}%\s{{0,2}}(?:satisfied|happy|zufrieden|satisfaite?|satisfech[oa]|满意)?{_END}"
)
TOP = re.compile(r"^(?:10|100)(?:\s?(?:points?|punkte|puntos?|分))?\W{0,3}$|^[^\d]{1,40}\bde 10\W{0,3}$")
STAR_RUN = re.compile(r"[⭐★🌟✭✯](?:\s?[⭐★🌟✭✯]){0,9}(?:\s?[☆✩]){0,4}")
HOLLOW_RUN = re.compile(r"^☆(?:\s?☆){0,4}$")
ASTERISKS = re.compile(r"^\*{1,5}$")
NUMBER_WORD = re.compile(r"[a-z]{2,7}")
COUNTS = re.compile(r"^$|\b(?:un|eine|ein|a|le doy un|doy un)\s$")
NUMBER_NOUN = re.compile(
    r"\s{0,3}(?:/|(?:out of|von|sur|de|sobre)\s{1,3}\S|star|stern|etoile|estrella|point|punkt|punto|[.!]{0,3}$)"
)
WRAPPING = " =\t\"'`«»“”„()[]{}_>~"
REPLY_PREFIX = re.compile(
    r"^(?:(?:re|aw|sv|rv|res|tr|antw|回复|答复|回覆)\s{0,2}(?:\[\d{1,3}\])?[:：]\s{0,3}){1,8}", re.IGNORECASE
)
LIST_FIRST = re.compile(r"^1\s{0,2}[.)](?!\d)")
LIST_SECOND = re.compile(r"^2\s{0,2}[.)](?!\d)")
GREETING = re.compile(
    r"^(?:hi|hello|hey|dear|good (?:morning|day|evening|afternoon)|hallo|guten (?:tag|morgen|abend)|liebe[rs]?|"
    r"sehr geehrte[rs]?|moin|bonjour|bonsoir|salut|chere?s?|hola|buen(?:o|a)s (?:dias|tardes|noches)|estimad[oa]s?|"
    r"你好|您好|尊敬的)(?:\b|(?<=[好的]))[^\d]{0,60}$"
)
SALUTATION = re.compile(
    r"^(?:hi|hello|hey|hallo|hola|bonjour|你好|您好)(?![a-z])[^\d,!.。，！]{0,20}[,!.。，！]\s{0,3}(?=\S)"
)
BULLET = re.compile(r"^(?:[-–•·*]|=>|->)\s{1,3}")
WOULD = re.compile(rf"^(?:ich )?wurde (?:ich )?(?:eine )?{_NUMBER} (?:sagen|geben|vergeben)\b")
# "not 5, rather 2": a number that is denied is none, the one that takes its place is the score.
_ARTICLE = (
    r"(?:(?:really|quite|exactly|even|a|an|the|un|une|el|la|eine[nr]?|ein|mehr|ganz|es|it's|is)\s){0,3}"
)
DENIED = re.compile(
    rf"(?:\b(?:not|no|nicht|keine[nr]?|kein|pas|ni|statt|instead of|rather than|au lieu de|en vez de)\s{_ARTICLE}|不是|并非|不給|不给|没有)"
    rf"\s?(?<![\d.,:/#-])(?:[0-5]|10)(?:\s?(?:分|星|stars?|sterne|etoiles|estrellas|/5))?(?![\d%/]|[.,]\d|\s?(?:days?|hours?|tage|stunden))"
)
RATHER = re.compile(
    r"(?:\b(?:rather|more like|more of|sondern|eher|plutot|mais|mas bien|sino|but|es|is|it's|ist|c'est|est)\s"
    rf"(?:(?:just|only|nur|a|an|un|une|eine[nr]?|ein|seulement|solo)\s){{0,2}}|(?:而是|是|只有|应该是)\s?){_NUMBER}{_UNIT}(?:\s?分)?{_END}"
)
# "… so 3" at the end of a line: what came before is the reason.
THEREFORE = re.compile(
    r"(?:\b(?:so|hence|therefore|thus|also|deshalb|daher|deswegen|darum|donc|alors|du coup|entonces|asi que|por eso|por lo que|let's say|sagen wir|disons|digamos)\s"
    rf"(?:(?:it's|i'd say|only|just|nur|seulement|solo|a|an|un|une|eine|ein)\s){{0,2}}|(?:所以|因此|就|算)[给給打]?\s?){_NUMBER}{_UNIT}(?:\s?分)?\W{{0,3}}$"
)
# "rather 2 than 3": the first of two.
COMPARED = re.compile(
    r"\b(?:rather|more|lieber|eher|plutot|mas bien|mejor)\s(?:(?:a|an|eine?|un|une)\s)?([0-5])\s(?:than|als|que|instead of|statt)\s"
)
# School marks run the other way round: 1 is the best.
SCHOOL_MARK = re.compile(r"\bschulnote:?\s{0,2}(?:eine\s)?([1-6])\b")
TIMES = re.compile(r"^(?:([1-5])\s?[x×*]\s?[⭐★🌟]|[⭐★🌟]\s?[x×*]\s?([1-5]))\W{0,3}$")
LEADING_SCORE = re.compile(r"^\W{0,3}\d(?:[.,]\d)?[\ufe0f\u20e3]{0,2}(?:\s{0,3}/\s{0,3}\d{1,3})?[\W_]{0,20}")
