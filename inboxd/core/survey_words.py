"""Words around an answer to a survey: numbers written out, negations, intensifiers, and what says nothing.

Words are folded (lower case, no accents).
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
            "utterly",
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
            "absolut",
            "rundum",
            "ausgesprochen",
        ),
        *("tres", "vraiment", "extremement", "tellement", "entierement", "trop"),
        *("muy", "realmente", "sumamente", "super", "totalmente", "completamente"),
    }
)

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
        "respuestas ayuda todo gracias muchas por en general atencion rapida rapido si equipo la bastante assez plutot ziemlich recht ever "
    ).split()
)

# Beside a lone number these words leave it a score: thinking aloud, being polite, naming what was asked for.
AROUND_A_NUMBER = frozenset(
    (
        "hmm hm mmm mm well ok okay oh um uh so yes yeah yep sure i i'd i'll me my mine you your guess think believe would say "
        "it it's its is a an the of course from for asking number score rating vote answer points thanks thank definitely "
        "clearly maybe perhaps probably honestly overall again big solid strong just only full easily this that "
        "tja also naja ja na klar klare glatte ich wurde mich mir von fur sage sagen denke glaube meine bewertung wertung "
        "nummer zahl eine einen ein die der das ist bestimmt sicher ganz wohl vielleicht danke der nachfrage gerne nur volle "
        "bof oui ben eh bien je j'ai dirais dire pense crois ma mon note un une le la c'est ce sera pour moi peut-etre merci "
        "beaucoup reponse sans hesiter franchement pues bueno si yo diria digo creo mi nota puntuacion un una el es para mi "
        "quizas gracias respuesta claro numero seguro sin duda"
    ).split()
)

# What may stand right behind a score in a sentence: words that begin a reason, never a thing that is counted.
BEHIND_A_NUMBER = frozenset(
    (
        "is was for from with because since as and but though although if when given due to in on would seems i it we you "
        "ish of hands thumbs all ist war fur von mit weil da denn aber und wenn wegen ohne obwohl ich es wir ware insgesamt "
        "pour de avec car parce mais et sans bien est c'est comme si je vous en puisque malgre "
        "para por con porque pero y sin es como si ya le les me aunque pues"
    ).split()
)
# What a number names or places: "error 5", "at 5", "give me 2".
NAMED_BY_NUMBER = frozenset(
    (
        "error errors number code step steps invoice invoices order orders version ticket tickets day days at until till by on "
        "before after since about around for page chapter option plan level line room row item items question mail email "
        "case me us in within over last next every only than has have had got get paid pay need want try line phase part "
        "fehler nummer bestellnummer kundennummer schritt rechnung rechnungen bestellung auftrag tag tage um bis am vor nach seit seite kapitel zeile mir uns "
        "punkt unter uber ab etwa alle nur noch mehr als habe haben hatte brauche frage fragen teil "
        "erreur etape facture factures commande jour jours a le du depuis avant apres page ligne chapitre moi nous "
        "plus que ai avons dans vers sous question numero article partie "
        "errores paso factura facturas pedido pedidos dia dias las los desde hasta antes despues pagina linea capitulo "
        "nos mas tengo tenemos faltan sobre pregunta parte"
    ).split()
)
# Who writes this tells of trouble, whatever number stands there.
TROUBLE = frozenset(
    (
        "still broken fails failed failing error errors crash crashes crashed stuck missing reopen urgent cannot can't "
        "immer fehler kaputt fehlt fehlen geht klappt funktioniert toujours erreur manque panne encore "
        "sigue error falta faltan fallo todavia aun"
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
        "good that you ask",
        "nice that you ask",
        "nice of you to ask",
        "good question",
        "bonne question",
        "buena pregunta",
        "gute frage",
    ),
)
