"""How satisfied a word or a picture is, 1 to 5, in English, Chinese, German, French and Spanish.

Two-point scales (thumbs) mean their ends. Words are folded (lower case, no accents), phrases are matched longest
first, so a phrase that means something else than its words ("not bad", "pas mal", "不错") stands here itself.
"""

_ENGLISH = {
    5: (
        "excellent great perfect perfectly amazing awesome fantastic outstanding brilliant brilliantly "
        "wonderful superb terrific delighted flawless stellar lovely exceptional incredible excelent "
        "phenomenal marvellous marvelous splendid impressive exemplary magnificent unbeatable legendary "
        "impressed fabulous thrilled faultless superlative lifesaver delightful exceptionally|"
        "the best|best support|best service|best help|best experience|love it|loved it|top notch|"
        "first class|first rate|full marks|more than satisfied|more than happy|more than pleased|max points|maximum points|highest score|best score|full score|you are the best|top marks|spot on|couldn't be better|could not be better|"
        "couldn't be happier|could not be happier|exceeded my expectations|no complaints at all|"
        "best support ever|keep it up|thumbs up|above and beyond|you rock|you guys rock|"
        "couldn't ask for more|could not ask for more|better than expected|second to none|five star|"
        "well impressed|made my day|saved my day|hats off|world class"
    ),
    4: (
        "good satisfied satisfactory happy nice helpful pleased fine solid glad positive satisfying "
        "pleasant content useful commendable|"
        "not bad|not bad at all|no complaints|well done|pretty good|quite good|good job|"
        "nothing to complain about|no problems at all|happy enough|good enough|as expected|can't complain|"
        "cannot complain"
    ),
    3: (
        "neutral average mediocre acceptable fair decent meh so-so alright tolerable adequate middling "
        "reasonable passable indifferent okayish|"
        "so so|neither nor|could be better|could have been better|could be faster|could have been faster|"
        "could be quicker|could have been quicker|room for improvement|neither good nor bad|"
        "nothing special|it was fine i guess|not great not terrible|not too bad|all right|could be worse|"
        "fair enough|in between|hit and miss|mixed feelings|on the fence|middle of the road"
    ),
    2: (
        "bad poor unsatisfied dissatisfied disappointing disappointed unhappy unhelpful slow frustrating "
        "frustrated annoyed negative underwhelming underwhelmed subpar inadequate insufficient "
        "unsatisfactory confusing irritating displeased unclear annoying badly poorly unimpressed|"
        "not really|not impressed|could be much better|could have been much better|"
        "could have been a lot better|below average|let down|not so good|not so great|too slow|"
        "took too long|not much help|left a lot to be desired|leaves a lot to be desired|"
        "not what i expected|expected more|expected better"
    ),
    1: (
        "terrible awful horrible worst useless dreadful abysmal unacceptable pathetic disgraceful "
        "atrocious appalling rubbish garbage worthless horrendous disgusting shameful ridiculous hopeless "
        "outrageous infuriating furious laughable shocking incompetent crap horrid disaster disastrous "
        "scandalous terribly nightmare|"
        "hate it|hated it|never again|waste of time|thumbs down|very poor|a joke|rip off|no help at all|"
        "zero stars|fed up|the worst|not worth it"
    ),
}
_GERMAN = {
    5: (
        "ausgezeichnet hervorragend perfekt super spitze klasse toll grossartig prima exzellent "
        "begeistert wunderbar bestnote genial fantastisch bestens vorbildlich einwandfrei erstklassig "
        "fabelhaft sagenhaft traumhaft vorzuglich glanzend phanomenal herausragend ausserordentlich "
        "hochzufrieden tadellos beeindruckt grandios unschlagbar spitzenmassig lobenswert "
        "herausragende uberragend makellos reibungslos|"
        "sehr gut|besser geht es nicht|volle punktzahl|mehr als zufrieden|hochste punktzahl|maximale punktzahl|hochstnote|die besten|der beste|volle punkte|beste hilfe|bester service|"
        "bester support|besser geht's nicht|weiter so|eins a|note eins|vom feinsten|hat mich uberzeugt|"
        "nichts zu beanstanden"
    ),
    4: (
        "gut zufrieden zufriedenstellend hilfreich freundlich ordentlich positiv gute guter gutes solide "
        "solider angenehm nett erfreulich brauchbar|"
        "nicht schlecht|gar nicht schlecht|nichts zu meckern|nichts auszusetzen|passt so|alles bestens|"
        "alles gut|kann mich nicht beschweren|kann man nicht meckern|kein grund zur klage"
    ),
    3: (
        "befriedigend mittelmassig mittelmaessig durchschnittlich passabel akzeptabel massig ausreichend "
        "naja mittel durchwachsen durchschnitt neutral ausbaufahig gemischt|"
        "geht so|es geht so|mittelprachtig|ging so|na ja|so lala|teils teils|teils, teils|weder noch|"
        "in ordnung|geht schon|konnte besser sein|hatte besser sein konnen|nichts besonderes|"
        "luft nach oben|weder gut noch schlecht|gemischte gefuhle"
    ),
    2: (
        "schlecht unzufrieden enttauscht enttaeuscht enttauschend mangelhaft unbefriedigend schwach "
        "langsam negativ verbesserungswurdig schleppend durftig argerlich frustrierend unfreundlich mau "
        "nervig umstandlich frustriert verargert lieblos|"
        "nicht so toll|lasst zu wunschen ubrig|hat nicht geholfen|nicht der hit|nicht das wahre|"
        "mehr erwartet|zu langsam|unter durchschnitt"
    ),
    1: (
        "schrecklich furchtbar katastrophal miserabel grauenhaft grottenschlecht ungenugend ungenuegend "
        "unterirdisch katastrophe frechheit unverschamt mies saumassig unbrauchbar unzumutbar "
        "inakzeptabel lacherlich peinlich desastros zumutung nutzlos wertlos beschissen entsetzlich "
        "skandalos stumperhaft grottig erbarmlich unmoglich|"
        "nie wieder|sehr schlecht|ganz schlecht|uberhaupt nicht gut|unter aller sau|ein witz|nicht zu gebrauchen|absolutes no-go|"
        "voll daneben"
    ),
}
_FRENCH = {
    5: (
        "excellent excellente parfait parfaite genial geniale super formidable impeccable ravi ravie top "
        "magnifique remarquable extraordinaire nickel exceptionnel exceptionnelle irreprochable "
        "merveilleux merveilleuse fantastique enchante enchantee bravo parfaitement chapeau epatant "
        "incroyable exemplaire|"
        "tres bien|note maximale|plus que satisfait|plus que satisfaite|le maximum|les meilleurs|les meilleures|vous etes geniaux|meilleur service|meilleur support|rien a dire|tres satisfait|"
        "tres satisfaite|au top|tres bon|tres bonne|tres content|tres contente|super bien|trop bien|"
        "tip top|sans faute|tres efficace|tres utile|tres pro|vingt sur vingt|rien a ajouter|"
        "tout est parfait"
    ),
    4: (
        "bien bon bonne satisfait satisfaite content contente utile correct correcte efficace positif "
        "agreable sympa appreciable heureux heureuse satisfaisant satisfaisante|"
        "pas mal|pas mal du tout|rien a redire|plutot bien|plutot satisfait|plutot satisfaite|assez bien|"
        "c'est bon|rien a reprocher|plutot content|plutot contente"
    ),
    3: (
        "moyen moyenne passable neutre convenable mitige mitigee bof mouais moyennement|"
        "comme ci comme ca|sans plus|couci couca|peut mieux faire|ni bien ni mal|moyennement satisfait|"
        "moyennement satisfaite|ca peut aller|entre les deux|pourrait etre mieux|dans la moyenne|"
        "rien de special|correct sans plus|bien sans plus|bon sans plus|rien d'extraordinaire"
    ),
    2: (
        "mauvais mauvaise mecontent mecontente insatisfait insatisfaite decu decue decevant decevante mal "
        "lent insuffisant insuffisante insatisfaisant frustrant agacant mediocre frustre frustree penible "
        "confus|"
        "pas terrible|peu satisfait|peu satisfaite|pas top|laisse a desirer|trop lent|trop long|peu utile|"
        "pas a la hauteur|peu convaincant|peu convaincu"
    ),
    1: (
        "nul nulle horrible catastrophe catastrophique execrable lamentable inadmissible affreux "
        "desastreux honteux scandaleux inacceptable minable pitoyable deplorable ridicule abominable "
        "calamiteux furieux furieuse degoute degoutee inutile merdique honte epouvantable|"
        "tres mauvais|tres decu|tres decue|plus jamais|tres mal|n'importe quoi|zero pointe|"
        "en dessous de tout|tres mecontent|tres mecontente|perte de temps"
    ),
}
_SPANISH = {
    5: (
        "excelente perfecto perfecta genial estupendo estupenda fantastico fantastica maravilloso "
        "maravillosa increible encantado encantada inmejorable fenomenal magnifico magnifica espectacular "
        "excepcional brillante impecable buenisimo buenisima optimo optima sobresaliente fabuloso "
        "fabulosa contentisimo contentisima chevere insuperable extraordinario extraordinaria "
        "satisfechisimo perfectamente fenomenalmente|"
        "muy bien|muy buen|muy bueno|muy buena|muy satisfecho|muy satisfecha|mejor servicio|"
        "mejor atencion|maxima puntuacion|mas que satisfecho|mas que satisfecha|el maximo|puntaje maximo|los mejores|las mejores|maxima nota|me encanta|me encanto|de lujo|de maravilla|"
        "de primera|lo mejor|la mejor|muy contento|muy contenta|muy util|super bien|todo perfecto"
    ),
    4: (
        "bien bueno buena buen satisfecho satisfecha contento contenta util correcto positivo agradable "
        "notable conforme grato satisfactorio satisfactoria feliz|"
        "no esta mal|no estuvo mal|nada mal|bastante bien|bastante bueno|todo bien|sin quejas|no me quejo|"
        "buen trabajo|ninguna queja"
    ),
    3: (
        "regular normal aceptable neutral neutro pasable mediocre suficiente normalito mejorable "
        "intermedio|"
        "mas o menos|asi asi|ni fu ni fa|puede mejorar|podria mejorar|podria ser mejor|ni bien ni mal|"
        "ni bueno ni malo|sin mas|nada especial|nada del otro mundo|podria haber sido mejor|a medias"
    ),
    2: (
        "malo mala mal insatisfecho insatisfecha descontento descontenta decepcionado decepcionada "
        "decepcionante deficiente lento flojo floja frustrante molesto inconforme pobre insuficiente "
        "frustrado frustrada confuso confusa|"
        "no muy bien|no muy bueno|nada bien|poco satisfecho|poco satisfecha|no me gusto|deja que desear|"
        "poco util|muy lento|demasiado lento|no es lo que esperaba|esperaba mas"
    ),
    1: (
        "pesimo pesima horrible terrible fatal desastroso desastre lamentable inaceptable horroroso "
        "vergonzoso verguenza nefasto nefasta asqueroso penoso basura inutil ridiculo malisimo malisima "
        "catastrofico deplorable patetico pesimamente|"
        "muy mal|muy malo|nada satisfecho|nada satisfecha|nada contento|nada contenta|muy mala|nunca mas|"
        "una porqueria|una estafa|muy decepcionado|muy decepcionada|perdida de tiempo"
    ),
}
# Found anywhere in a short clause.
_CHINESE = {
    5: "非常满意|很满意|十分满意|特别满意|太满意了|超级满意|相当满意|非常滿意|很滿意|十分滿意|特別滿意|完美|太好了|太棒了|"
    "棒极了|很棒|真棒|非常棒|好极了|非常好|特别好|优秀|好评|点赞|很赞|一级棒|没得说|没话说|一流|顶呱呱|棒棒哒|棒棒的|很高兴|很开心|非常高兴|挑不出毛病|好得很|最好的|最棒|无可挑剔|满分|滿分",
    4: "满意|滿意|不错|不錯|挺好|良好|没什么可抱怨",
    3: "中规中矩|差强人意|过得去|马马虎虎|馬馬虎虎|说得过去|不好不坏|一般般",
    2: "不高兴|不开心|不太高兴|不太开心|不满意|不滿意|不太满意|不太滿意|不够满意|不是很满意|不是很滿意|谈不上满意|不太好|不怎么样|不怎麼樣|不怎么好|"
    "不是很好|失望|有待提高|有待改进|有待改善|不咋地|不咋样",
    1: "非常不满意|非常不滿意|很不满意|很不滿意|十分不满意|极不满意|极其不满意|特别不满意|一点也不满意|一点都不满意|"
    "完全不满意|最差|最糟|最烂|太差|很差|非常差|极差|差评|差劲|糟糕|糟透了|垃圾|非常失望|很失望|太失望|毫无帮助|非常不好|很不好|太烂",
}
# The whole clause: "你好" is a greeting, "可以帮我吗" a question, "还是不行" a report.
_CHINESE_CLAUSES = {
    5: "赞|給力|给力|超好|棒|超棒|最好",
    4: "好|很好|比较好|挺好|还不错|没毛病|好的服务|蛮好|没问题|有帮助|有幫助|很有帮助|可以的",
    3: "一般|还行|還行|还可以|還可以|凑合|普通|中等|中立|可以|尚可|勉强|ok",
    2: "不好|差|较差|不行|不太行|没帮助|没有帮助|不高兴|不滿",
    1: "烂|爛|极差|最差",
}
# Degrees and qualities that are combined: "超级给力", "比较周到".
_DEGREES = {
    5: "非常|特别|十分|超级|超|太|极其|极为|真的很|真|相当|特別|極其",
    4: "很|挺|比较|還|还|蛮|都",
}
_GOOD = "棒|赞|给力|給力|满意|滿意|优秀|專業|专业|耐心|周到|贴心|热情|负责|负责任|靠谱|不错|不錯|到位|高效"
_BAD = "差|烂|糟|糟糕|失望|敷衍|垃圾|恶劣|坑|差劲|不专业|不负责|不靠谱|不耐烦"
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
    **dict.fromkeys(("not bad, not great", "not great, not bad", "nicht gut, nicht schlecht", "iii"), 3),
    "v": 5,
    "iv": 4,
    "ii": 2,
    **dict.fromkeys((":(", ":-(", "=(", ":[", "):"), 2),
    **dict.fromkeys(
        (
            *(
                "not at all",
                "gar nicht",
                "uberhaupt nicht",
                "pas du tout",
                "nada",
                "para nada",
                "en absoluto",
            ),
            *("完全不", "一点也不", "根本不"),
        ),
        1,
    ),
    **dict.fromkeys((">:(", ":'(", ":((", "-1"), 1),
}


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
CHINESE_PHRASES = _phrases(_CHINESE) | {
    degree + quality: score
    for degrees, good, bad in ((_DEGREES[5], 5, 1), (_DEGREES[4], 4, 2))
    for degree in degrees.split("|")
    for quality, score in (
        *((one, good) for one in _GOOD.split("|")),
        *((one, bad) for one in _BAD.split("|")),
    )
    if degree + quality not in _phrases(_CHINESE)
}
CHINESE_CLAUSES = _phrases(_CHINESE_CLAUSES)
PICTURES = _phrases(_PICTURES)
