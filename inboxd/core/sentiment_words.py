"""What people praise and blame a help desk for, in English, German, French, Spanish and Chinese: beginnings of words.

Folded (lower case, no accents). A piece stands at the beginning of a word and may end in the middle of one (``recommend``
finds ``recommended``); ``$`` closes it. Opinions in general stand in ``core/survey_opinion_words.py``.
"""

PRAISE = (
    "quick|fast$|faster$|prompt|swift|friendl|kind$|kindly$|kindness|polite|patient|courteous|professional|competent|knowledgeable|"
    "efficient|clear$|clearly|easy$|easily|smooth|reliable|recommend|appreciat|thank|grateful|saved|solved$|resolved$|fixed$|"
    "works now|works again|works perfect|works fine|worked|pleasure|helped|understood|out of your way|exactly|keep up|enjoy|"
    "within minutes|within the hour|in no time|right away|immediately|needed$|attentive|responsive|thorough|honest|"
    "same day|always there|rely on|count on|in full$|crystal|best decision|compliment|congrat|good hands|nice surprise|better than|finally understand|finally works|delivered what|listen|made my|happy customer|good as new|sorted$|all done$|"
    "schnell|freundlich|nett$|nette|hoflich|geduldig|professionell|kompeten|verstandlich|klar$|klare|unkompliziert|zuverlassig|"
    "empfehl|weiterempf|dank$|danke$|dankbar|gelost$|behoben|geholfen|funktioniert jetzt|funktioniert wieder|funktioniert hat|lauft wieder|lauft jetzt|"
    "auf anhieb|sofort|gerne wieder|gut aufgehoben|genau|verstanden|freude|weiter so|prompt|aufmerksam|bemuht|"
    "verlass|selben tag|vollstandig beantwort|beeindruck|kompliment|gerettet|endlich verst|endlich begriff|endlich mal|mitdenk|besser als|gefallen|spass|geklart|erledigt|geschatzt|alles klar|alles lauft|wie neu|"
    "rapid|aimable|gentil|sympa|poli$|polie|patient|professionn|competen|clair$|claire$|clairement|fiable|recommand|conseill|merci|"
    "reconnaissan|resolu$|resolue|regle$|reglee|repare|marche a nouveau|fonctionne a nouveau|marche maintenant|fonctionne maintenant|"
    "plaisir|ecoute$|exactement|continuez|precieu|immediatement|tout de suite|en quelques minutes|bien explique|reactif|reactiv|disponib|"
    "limpide|compter sur|meme jour|impressionn|felicit|enfin compris|enfin un|mieux que|sauve ma|accompagn|premier coup|tout est regle|tout roule|"
    "amable|simpatic|educad|pacien|profesional|claro$|clara$|claridad|facil$|fiable|confiable|recomend|gracia|agradec|resuelt|"
    "resolvieron|solucion|arregl|ya funciona|funciona de nuevo|ahora funciona|da gusto|un placer|justo|sigan|enseguida|inmediat|atent|eficac|"
    "contar con|mismo dia|impresionant|felicid|enhorabuena|por fin enten|por fin un|mejor de lo|salvaron|a la primera|escucha|aclarad|como nuevo|todo listo|"
    "en minutos|ayudaron|me ayudo|bien explicad"
)
BLAME = (
    "slow|too late|so late|delay|waited|waiting|too long|ages$|forever$|took weeks|took days|nobody|no one|never|ignor|unanswered|no answer|"
    "no reply|no response|no help|not work|not help|not solve|not fix|not answer|not understand|not read|not respond|not reply|not get|"
    "not one|still there|still not|still broken|still have|still fail|still wait|still does|wrong|broke$|broken$|rude|arrogan|impolite|unfriendl|"
    "cancel|want a refund|my money back|twice$|three times|four times|five times|several times|had to ask|had to explain|had to repeat|had to write|copy and paste|"
    "canned|boilerplate|without solving|without answer|nothing to do with|in circles|lost$|leaving$|another provider|switching|confus|complicated|misunder|"
    "fail|unresolved|unsolved|came back|has bugs|bug$|bugs$|not know|no idea|no interest|irrelevant|unprofessional|incomplete|"
    "annoy|angry|furious|upset|frustrat|no solution|no sense|makes no|never again|last time|last purchase|cost me|do you even|does anyone|cannot|ca not|could not|mess$|gave up|give up|giving up|worse|department|idiots|excuses|inappropriate|sadly|unfortunately|no wiser|by myself|myself$|no progress|chased|chasing|promised|ridicul|joke$|shame|"
    "langsam|zu spat|verspatet|verzoger|gewartet|warten|zu lange|wochen gedauert|tage gedauert|niemand|ignoriert|keine antwort|keine hilfe|keine ruckmeldung|"
    "nicht geholfen|nicht gelost|nicht verstanden|nicht gelesen|nicht ernst|nicht geantwort|nicht funktion|nicht beantwort|besteht immer noch|besteht weiter|"
    "immer noch|noch immer|weiterhin nicht|falsch|kaputt|unhoflich|unfreundlich|arroganz?|von oben herab|kundig|mein geld zuruck|zweimal|dreimal|viermal|mehrmals|mehrfach|"
    "textbaustein|nachfragen|vorbei$|im kreis|anderen anbieter|anbieter wechseln|wechsle|umstandlich|kompliziert|missverstand|kam der fehler|fehler wieder|ungelost|"
    "geht nicht|klappt nicht|verloren|unvollstandig|unprofessionell|"
    "sauer$|wutend|genervt|verarger|keine losung|ohne losung|ohne ergebnis|keinen sinn|letzter kauf|letztes mal|nie mehr|nie wieder|nie zuruck|gekostet|patzig|frech|schnippisch|barsch|vertrostet|aufgegeben|chaos|schlau wie|hingehalten|abgewimmelt|selbst helfen|selber|mir selbst|leider|nicht anmelden|nicht einloggen|schlimmer|konnte nicht|keiner$|abteilung|versproch|schade$|"
    "lent$|lente$|lenteur|trop tard|retard|attendu|attente$|trop de temps|trop long|pris des semaines|pris trois|personne ne|ignore$|ignoree|aucune reponse|sans reponse|"
    "aucune aide|ne m'a pas aide|pas aide|pas resolu|pas compris|pas lu|pas repondu|pas fonctionn|marche pas|fonctionne pas|marche plus|toujours pas|faux$|fausse|errone|impoli|"
    "desagreable|meprisant|malpoli|resili|etre rembours|un rembours|deux fois|trois fois|quatre fois|plusieurs fois|copie-coll|copiees-coll|rien a voir|tourner en rond|"
    "changer de fourn|concurren|complique|est revenu|erreur|non resolu|perdu|incomplet|condescend|sans solution|"
    "enerve|en colere|furieu|agac|fache|aucune solution|pas de solution|aucun sens|dernier achat|derniere fois|coute$|coute une|jamais|seche$|froid|abandonn|bazar|pagaille|pire$|tout seul|toute seule|moi-meme|ne peux pas|ne peux toujours|n'arrive pas|impossible|moquez|renvoie d|rien compris|malheureusement|dommage|promis|"
    "lento|lenta|tarde$|tardan|tardaron|retras|espere$|esperando|espera$|demasiado tiempo|nadie|ignorad|ninguna respuesta|sin respuesta|sin funcionar|sin resolver|sin solucion|ninguna ayuda|"
    "no me ayud|no respond|no funciona|no entend|no contest|no solucion|no resolv|no leen|no sirv|sigue sin|siguen sin|mal$|equivocad|incorrect|maleducad|grosero|prepoten|desagradable|arrogant|"
    "cancelar|que me devuelv|el reembolso|dos veces|tres veces|cuatro veces|varias veces|tuve que|copiad|nada que ver|otro proveedor|cambiar de|complicad|volvio$|error$|perdi$|incomplet|"
    "molest|enfad|enoj|furios|harto|harta|ninguna solucion|sin sentido|no tiene sentido|ultima compra|ultima vez|me costo|nunca|seca$|cortante|rendi$|por vencid|caos|peor$|yo mismo|yo misma|por mi cuenta|no puedo|no pude|sin poder|no logro|burlan|acaso|igual que antes|lamentablemente|por desgracia|lastima|prometi|"
    "impertinent"
)
# Looked for anywhere: Chinese does not part its words.
CHINESE_PRAISE = (
    "很快|及时|迅速|马上就|几分钟就|分钟就|热情|耐心|细心|专业|清楚|详细|明白了|一看就懂|解决了|修好了|恢复正常|一切正常|帮了|帮到|推荐|谢谢|感谢|多谢|"
    "正是|最好的|太好了|加油|点赞|态度好|态度很好|态度不错|靠谱|负责|贴心|周到|给力|有用|有帮助|挺快|省了"
    "|当天|可靠|惊人|完整|友好|放心|搞定|搞清楚|弄明白|终于|比想象|比预期|拯救|省心|赞|很快就"
)
CHINESE_BLAME = (
    "太慢|很慢|有点慢|慢了|太晚|等了|拖了|才有回复|才回复|没人|没有人|不回复|没回|没有回|不理|敷衍|答非所问|没有帮助|没帮助|没用|没有得到|还没解决|没解决|没有解决|没能解决|"
    "还是不|仍然不|依然不|错的|错误|说了三遍|说了几遍|重复|复制粘贴|模板|不耐烦|傲慢|无礼|态度差|态度很差|不客气|取消订阅|我要退款|换别家|换一家|投诉|没看懂|看不懂|没明白|浪费|又出现|又坏|"
    "糟糕|失望|推脱|踢皮球|不专业|不负责|太差|很差|坏了|忽略|麻烦死|复杂|丢了|丢失"
    "|生气|愤怒|气死|恼火|没有解决办法|没办法|无法|莫名其妙|不知所云|再也不|最后一次|害我|耽误|从来没|一直没|始终没|冷淡|到底|放弃|一团糟|更糟|越来越差|自己解决|自己找|不了|踢来踢去|折腾|哪有这样|不当回事|可惜|遗憾|说好"
)
CONTRAST = "but|however|although|though|yet|aber|allerdings|jedoch|trotzdem|obwohl|mais|cependant|toutefois|pourtant|pero|aunque|sin embargo"
CHINESE_CONTRAST = "但是|但|不过|只是|就是太|可是|然而|虽然"
