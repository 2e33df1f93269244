"""How satisfied a word or a picture is, 1 to 5, in English, Chinese, German, French and Spanish.

Two-point scales (thumbs) mean their ends. Words are folded (lower case, no accents), phrases are matched longest
first, so a phrase that means something else than its words ("not bad", "pas mal", "不错") stands here itself.
"""

_WRITTEN_OUT = {
    0: "zero null cero 〇 零",
    1: "one eins eine einen ein un une uno una 一",
    2: "two zwei deux dos 二 两",
    3: "three drei trois tres 三",
    4: "four vier quatre cuatro 四",
    5: "five funf fuenf cinq cinco 五",
    10: "ten zehn dix diez",
}
NUMBERS: dict[str, int] = {word: number for number, words in _WRITTEN_OUT.items() for word in words.split()}

# Number words that are also something else (articles, French "très"): a score only where nothing else can be meant.
ARTICLES = frozenset({"one", "ein", "eine", "einen", "un", "une", "uno", "una", "null", "tres"})

NEGATIONS = frozenset(
    {
        *(
            "not",
            "isn't",
            "isnt",
            "wasn't",
            "wasnt",
            "aren't",
            "don't",
            "dont",
            "didn't",
            "didnt",
            "never",
            "hardly",
        ),
        *("nicht", "kein", "keine", "keinen", "nie", "kaum"),
        *("pas", "ne", "jamais", "guere"),
        *("no", "nunca", "nada", "tampoco", "ni"),
    }
)

# "not at all": makes a negation absolute, before or after the word.
ABSOLUTES = (
    *("at all", "in the least", "remotely"),
    *("uberhaupt", "ueberhaupt", "gar", "absolut"),
    *("du tout", "absolument"),
    *("en absoluto", "para nada"),
)

INTENSIFIERS = frozenset(
    {
        *(
            "very",
            "really",
            "extremely",
            "super",
            "so",
            "totally",
            "completely",
            "absolutely",
            "highly",
            "most",
        ),
        *(
            "sehr",
            "wirklich",
            "ausserst",
            "aeusserst",
            "hochst",
            "echt",
            "total",
            "vollig",
            "voellig",
            "voll",
            "vollkommen",
            "rundum",
            "ausgesprochen",
        ),
        *("tres", "vraiment", "extremement", "tellement", "entierement", "trop"),
        *("muy", "realmente", "sumamente", "super", "totalmente", "bastante"),
    }
)

_ENGLISH = {
    5: "excellent great perfect amazing awesome fantastic outstanding brilliant wonderful superb terrific "
    "delighted flawless stellar lovely exceptional incredible excelent|the best|best support|love it|loved it|top notch|first class|"
    "couldn't be better|could not be better|couldn't be happier|could not be happier|exceeded my expectations|"
    "no complaints at all|best support ever|keep it up|thumbs up",
    4: "good satisfied satisfactory happy nice helpful pleased fine solid glad positive|not bad|not bad at all|no complaints|"
    "well done|pretty good|quite good|good job|nothing to complain about|no problems at all",
    3: "neutral average mediocre acceptable fair decent meh so-so|so so|neither nor|could be better|"
    "could have been better|could be faster|could have been faster|could be quicker|could have been quicker|room for improvement|neither good nor bad|nothing special|it was fine i guess|"
    "not great not terrible|not too bad",
    2: "bad poor unsatisfied dissatisfied disappointing disappointed unhappy unhelpful slow frustrating "
    "frustrated annoyed negative|not really|not impressed",
    1: "terrible awful horrible worst useless dreadful abysmal unacceptable pathetic disgraceful atrocious "
    "appalling rubbish garbage worthless|hate it|hated it|never again|waste of time|thumbs down|very poor",
}
_GERMAN = {
    5: "ausgezeichnet hervorragend perfekt super spitze klasse toll grossartig prima exzellent begeistert "
    "wunderbar genial fantastisch bestens vorbildlich einwandfrei|sehr gut|besser geht es nicht|besser geht's nicht",
    4: "gut zufrieden zufriedenstellend hilfreich freundlich ordentlich positiv gute guter gutes|nicht schlecht|gar nicht schlecht|"
    "nichts zu meckern|nichts auszusetzen|passt so|alles bestens",
    3: "befriedigend mittelmassig mittelmaessig durchschnittlich passabel|geht so|ging so|na ja|naja|"
    "so lala|teils teils|teils, teils|weder noch|ausbaufahig",
    2: "schlecht unzufrieden enttauscht enttaeuscht enttauschend mangelhaft unbefriedigend schwach langsam negativ|"
    "nicht so toll|lasst zu wunschen ubrig",
    1: "schrecklich furchtbar katastrophal miserabel grauenhaft grottenschlecht ungenugend ungenuegend "
    "unterirdisch katastrophe frechheit unverschamt|nie wieder|sehr schlecht|unter aller sau",
}
_FRENCH = {
    5: "excellent excellente parfait parfaite genial geniale super formidable impeccable ravi ravie top "
    "magnifique remarquable extraordinaire nickel|tres bien|tres satisfait|tres satisfaite|au top",
    4: "bien bon bonne satisfait satisfaite content contente utile correct correcte efficace positif|pas mal|"
    "pas mal du tout|rien a redire|plutot bien|plutot satisfait|plutot satisfaite|assez bien",
    3: "moyen moyenne passable neutre convenable mitige mitigee bof|comme ci comme ca|sans plus|couci couca|"
    "peut mieux faire|ni bien ni mal|moyennement satisfait|moyennement satisfaite",
    2: "mauvais mauvaise mecontent mecontente insatisfait insatisfaite decu decue decevant decevante mal lent "
    "insuffisant|pas terrible|peu satisfait|"
    "peu satisfaite",
    1: "nul nulle horrible catastrophe catastrophique execrable lamentable inadmissible affreux desastreux|tres mauvais|"
    "tres decu|tres decue|plus jamais|tres mal",
}
_SPANISH = {
    5: "excelente perfecto perfecta genial estupendo estupenda fantastico fantastica maravilloso maravillosa "
    "increible encantado encantada inmejorable fenomenal magnifico magnifica|muy bien|muy buen|muy bueno|muy buena|"
    "muy satisfecho|muy satisfecha|me encanta|me encanto|de diez",
    4: "bien bueno buena buen satisfecho satisfecha contento contenta util correcto positivo|no esta mal|no estuvo mal|"
    "nada mal|bastante bien|bastante bueno|todo bien|sin quejas",
    3: "regular normal aceptable neutral neutro pasable mediocre|mas o menos|asi asi|ni fu ni fa|puede mejorar|"
    "podria mejorar|podria ser mejor|ni bien ni mal",
    2: "malo mala mal insatisfecho insatisfecha descontento descontenta decepcionado decepcionada decepcionante "
    "deficiente lento|no muy bien|no muy bueno|nada bien|poco satisfecho|poco satisfecha|no me gusto",
    1: "pesimo pesima horrible terrible fatal desastroso desastre lamentable inaceptable|muy mal|muy malo|"
    "muy mala|nunca mas",
}
# Found anywhere in a short clause.
_CHINESE = {
    5: "非常满意|很满意|十分满意|特别满意|太满意了|超级满意|相当满意|非常滿意|很滿意|十分滿意|特別滿意|完美|太好了|太棒了|"
    "棒极了|很棒|真棒|非常棒|好极了|非常好|特别好|优秀|好评|点赞|很赞|无可挑剔|满分|滿分",
    4: "满意|滿意|不错|不錯|挺好|良好|没什么可抱怨",
    3: "马马虎虎|馬馬虎虎|说得过去|不好不坏|一般般",
    2: "不满意|不滿意|不太满意|不太滿意|不够满意|不是很满意|不是很滿意|谈不上满意|不太好|不怎么样|不怎麼樣|不怎么好|"
    "不是很好|失望|有待提高|有待改进",
    1: "非常不满意|非常不滿意|很不满意|很不滿意|十分不满意|极不满意|极其不满意|特别不满意|一点也不满意|一点都不满意|"
    "完全不满意|太差|很差|非常差|极差|差评|差劲|糟糕|糟透了|垃圾|非常失望|很失望|太失望|毫无帮助|非常不好|很不好|太烂",
}
# The whole clause: "你好" is a greeting, "可以帮我吗" a question, "还是不行" a report.
_CHINESE_CLAUSES = {
    5: "赞|給力|给力|超好|棒|超棒|最好",
    4: "好|很好|好的服务|蛮好|没问题|有帮助|有幫助|很有帮助|可以的",
    3: "一般|还行|還行|还可以|還可以|凑合|普通|中等|中立|可以|尚可|勉强|ok",
    2: "不好|差|较差|不行|不太行|没帮助|没有帮助|不高兴|不滿",
    1: "烂|爛|极差|最差",
}
_PICTURES = {
    5: "👍|😀|😃|😄|😁|😍|🤩|🥰|😊|❤|💯|🎉|🥳|👏|💖|😻|🏆|🙌|💪|🔥|😆|♥|💚|💙",
    4: "🙂|☺|👌|😌|😉|😺|✅|✔",
    3: "😐|😑|😶|🤷|🫤|🤔",
    2: "🙁|☹|😕|😟|😞|😔|😒|😣|😩|🥱|🙄",
    1: "👎|😠|😡|🤬|😤|😢|😭|💩|🤮|😾|❌|💔|😱",
}
# Only where nothing else stands on the line: elsewhere they are good manners, or something is "ok" that was asked for.
WHOLE_LINES: dict[str, int] = {
    **dict.fromkeys((":d", ":-d", "xd", "=d", "<3", "+1", "++", ":))", ":-))", "de 10"), 5),
    **dict.fromkeys((":)", ":-)", "=)", ":]", "^^", "^_^", "(:"), 4),
    **dict.fromkeys(
        (":|", ":-|", ":/", ":-/", "ok", "okay", "o.k.", "it was ok", "it was okay", "it's ok"), 3
    ),
    **dict.fromkeys(
        (
            "just ok",
            "only ok",
            "quite ok",
            "ganz ok",
            "alles ok",
            "soweit ok",
            "c'est ok",
            "todo ok",
            "ist ok",
            "war ok",
            "war okay",
            "es geht",
            "geht",
            "ca va",
            "meh.",
        ),
        3,
    ),
    **dict.fromkeys((":(", ":-(", "=(", ":[", "):"), 2),
    **dict.fromkeys((">:(", ":'(", ":((", "-1"), 1),
}

# Words that say nothing by themselves: beside an opinion they do not make a sentence about something else.
FILLERS = frozenset(
    (
        "i i'm im i've we we're you your the a an it it's its is was were are am be been had have has my our me this "
        "that with and all in of for to at on by as just say would found find feel felt received got get so far now "
        "overall everything service support answer answers answered response reply help helped team work job "
        "experience quick quickly fast friendly thanks thank yes no very much customer "
        "ich bin war ist es das der die den dem mit und wir sind waren ihr ihre ihrem ihren ihrer euer eure eurem "
        "eurer antwort antworten hilfe alles danke vielen dank insgesamt fand finde mein meine schnell schnelle "
        "dafur fur ja kundendienst beratung bearbeitung "
        "je suis j'ai ete nous sommes c'est c'etait etait est le la les l' de du des d' votre vos reponse reponses "
        "l'aide aide tout merci et avec pour dans l'ensemble service rapide equipe oui client "
        "estoy estamos fue es era ha sido he quedado el los las lo con su sus y servicio soporte respuesta "
        "respuestas ayuda todo gracias muchas por en general atencion rapida rapido si equipo la "
    ).split()
)

# What a service is praised or blamed for: right behind a number it is why that number was given.
QUALITIES = frozenset(
    (
        "ok okay quick quickly fast friendly prompt polite kind competent professional efficient clear easy patient reliable "
        "schnell schnelle freundlich freundliche hoflich kompetent kompetente professionell hilfsbereit unkompliziert "
        "rapide rapides aimable aimables competent competente professionnel professionnelle clair claire "
        "rapido rapida rapidos amable amables profesional eficiente eficaz claro"
    ).split()
)
# Things that are counted: "2 good answers" is no score.
COUNTED = frozenset(
    "answers answered responses reply help helped team work job antworten reponses respuestas days hours".split()
)

# "Good morning" is no opinion, nor is a wish.
NO_OPINIONS = (
    *(
        "good morning",
        "good afternoon",
        "good evening",
        "good day",
        "have a good",
        "have a nice",
        "have a great",
    ),
    *(
        "nice day",
        "happy to help",
        "good for me",
        "fine for me",
        "works fine",
        "best regards",
        "best wishes",
        "all the best",
    ),
    *("bon courage", "bonne journee", "bonne soiree", "bon week-end", "bien a vous", "bien cordialement"),
    *("buen dia", "gute reise", "alles gute", "would be good", "would be nice", "would be great"),
    *(
        "ware gut",
        "ware schon",
        "ware toll",
        "serait bien",
        "serait bon",
        "estaria bien",
        "seria bueno",
        "fine with me",
    ),
)


def _phrases(*tables: dict[int, str]) -> dict[str, int]:
    """Return phrase → score; in the Latin tables the part before the first bar is single words."""
    scores: dict[str, int] = {}
    for table in tables:
        for score, text in table.items():
            words, *phrases = text.split("|")
            for phrase in (*words.split(), *phrases):
                scores.setdefault(phrase, score)
    return scores


LATIN_PHRASES = _phrases(_ENGLISH, _GERMAN, _FRENCH, _SPANISH)
CHINESE_PHRASES = _phrases(_CHINESE)
CHINESE_CLAUSES = _phrases(_CHINESE_CLAUSES)
PICTURES = _phrases(_PICTURES)
