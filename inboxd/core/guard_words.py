"""What no machine answers, in five languages: who demands a person, is angry, threatens, leaves, or was broken into.

Every pattern is matched against lower-case text with typographic apostrophes made plain; every repetition is bounded.
``EXAMPLES`` are sentences each guard must stop, ``PASSES`` such as none may: they are what a test holds the tables to.
"""

import re
from collections.abc import Mapping

_TO_A = r"(?:to|with|from|by|get|have|want|need|reach|me|a|an|the|any|some|real|actual|live|living|human|another|your|one|of|in) "

PATTERNS: Mapping[str, tuple[re.Pattern[str], ...]] = {
    "person": tuple(
        map(
            re.compile,
            (
                r"\bautomat(?:ed|ic) (?:reply|replies|response|responses|answer|answers|mails?|emails?)\b|\b(?:speak|talk|chat) (?:with|to) (?:your )?(?:customer|technical|tech) (?:service|support|care)\b",
                r"\b(?:kann|könnte|soll|möge) (?:mich|uns) (?:bitte )?(?:jemand|einer|wer) (?:bitte )?(?:anrufen|zurückrufen|kontaktieren)\b|\bihren? (?:chef|vorgesetzten|vorgesetzte|chefin)\b|\bautomatische[nr]? (?:antwort|antworten|mail|mails)\b",
                r"\bréponses? automatiques?\b|\brespuestas? automáticas?\b|\b(?:p[áa]s[ae]me|comuníque(?:me|nme)|pónga(?:me|nme)) con\b",
                r"(?:有没有|有|要|找|求)人工|人工(?:吗|在吗)|(?:请|麻烦|能)(?:给我)?打(?:个)?电话(?:给我|过来)",
                (
                    rf"\b(?:speak|talk|chat|connect|connected|transfer|transferred|escalate|hear|get through|put me through)(?: me)? (?:{_TO_A}){{1,5}}"
                    r"(?:human|humans|person|people|agents?|representatives?|someone|somebody|operator|manager|supervisor|being|staff|employee|advisor)\b"
                ),
                r"\b(?:real|actual|live|living|human) (?:person|human|people|agent|representative|operator|being|support|employee)\b",
                (
                    r"\b(?:i|we) (?:want|need|demand|require|would like|'d like) (?:to reach |to see |to contact )?(?:an? |the |your |some )?"
                    r"(?:human|person|agent|representative|manager|supervisor)\b"
                ),
                r"\b(?:a|no|not a|an actual) human(?: being)?\b(?![- ]read)|\bhuman,? please\b|\bagent,? please\b|\bcustomer (?:service )?representative\b",
                r"\bcall me(?: back)?\b|\bno (?:more )?(?:bots?|robots?|machines?|chat ?bots?|automat\w{1,6} (?:answers?|repl\w{1,4}|responses?|mails?))\b",
                r"\bstop (?:sending|with) (?:me )?(?:\w{1,12} )?automat\w{1,6}\b",
                r"^\W{0,3}(?:human|agent|operator|representative|mensch|mitarbeiter|humain|agente|humano|人工|人工客服|转人工)\W{0,3}$",
                (
                    r"\b(?:mit|an|von) (?:einem|einer|ihrem|jemand\w{0,2}|eine\w?)(?: \w{1,15})? ?"
                    r"(?:menschen?|mitarbeiter\w{0,4}|person|sachbearbeiter\w{0,3}|berater\w{0,3}|vorgesetzten?|chef)\b"
                ),
                r"\b(?:echten?|richtigen?|lebenden?|wirklichen?) (?:menschen?|person|mitarbeiter\w{0,4})\b|\bmit jemandem (?:sprechen|reden|telefonieren)\b",
                r"\bkein(?:e|en)? (?:bots?|roboter|automat\w{1,12}|maschinen?)\b|\brufen sie (?:mich|uns)(?: bitte)?(?: zurück| an)\b",
                (
                    r"\b(?:parler|discuter|échanger) (?:à|avec) (?:un|une|quelqu'un|votre|le|la)(?: \w{1,12})? ?"
                    r"(?:humain\w?|personne|conseiller|conseillère|agent|responsable|quelqu'un|opérateur)?\b"
                ),
                r"\b(?:vrai|vraie|véritable) (?:personne|humain|conseiller)\b|\b(?:pas|plus) (?:un|de|d'un)? ?(?:robots?|bots?|machines?)\b|\brappelez-(?:moi|nous)\b",
                r"\b(?:hablar|contactar|comunicarme) con (?:un|una|alguien|el|la|su)(?: \w{1,12})? ?(?:humano|persona|agente|representante|encargado|supervisor)?\b",
                r"\b(?:persona|humano|agente) (?:real|de verdad|humano)\b|\b(?:no|ni) (?:quiero )?(?:un |una |más )?(?:robots?|bots?|máquinas?)\b|\bll[aá]m[ea]nme\b",
                r"人工(?:客服|服务|坐席)|转人工|真人|(?:找|跟|和|与|请)(?:你们|您)?的?(?:人工|客服人员|工作人员|经理|主管|负责人)|不要(?:机器人|自动回复)|别再?自动回复|(?:给|打)我(?:打|回)?(?:个)?电话|回我电话",
            ),
        )
    ),
    "anger": tuple(
        map(
            re.compile,
            (
                r"\b(?:so|very|really|extremely) (?:angry|mad|upset|annoyed)\b|\bwhat a joke\b|\b(?:i've|i have|we've|we have|had) had enough\b|欺骗(?:消费者|顾客|用户|客户|我们|人)|骗人",
                r"\b(?:ridiculous|outrageous|unacceptable|disgrace\w{0,4}|disgusting|pathetic|appalling|incompetent|incompetence|useless|(?:is|are) a joke|rip[- ]?off|scam(?:mers?)?|fraudsters?|furious|fed up|sick of|sick and tired|pissed|fuck\w{0,4}|shit\w{0,3}|bullshit|crap|damn|wtf|idiots?)\b",
                r"\b(?:worst|terrible|horrible|awful) (?:customer )?(?:service|support|experience|company|product)\b|\bhow many times do i\b|\bfor the (?:third|fourth|fifth|tenth|hundredth|last) time\b|[!！]{3,9}",
                r"\b(?:unverschämt\w{0,5}|frechheit|skandal\w{0,6}|inakzeptabel\w{0,2}|unfähig\w{0,4}|lächerlich\w{0,2}|saftladen|abzocke|betrüger\w{0,3}|betrug|zum kotzen|scheiß\w{0,4}|scheisse|verarschen|verarscht|wütend|sauer|stinksauer|katastrophe|katastrophal\w{0,3}|eine zumutung|mir reicht'?s)\b|\bdas letzte mal\b|\bzum (?:dritten|vierten|fünften|letzten|x-ten) mal\b",
                r"\b(?:inadmissible|inacceptable|scandaleux|scandaleuse|honteux|honteuse|ridicule|furieux|furieuse|arnaque|arnaqueurs?|escrocs?|escroquerie|incompétents?|merde|ras-le-bol|marre|lamentable|foutez|fous de moi)\b|\bpour la (?:troisième|quatrième|dernière|énième) fois\b|\bvous vous moquez\b",
                r"\b(?:inaceptable|vergüenza|vergonzos\w|ridícul\w|indignad\w|indignante|estafa|estafadores|incompetentes?|mierda|hart[oa] de|furios\w|pésim\w|lamentable|una tomadura de pelo)\b|\bpor (?:tercera|cuarta|quinta|última|enésima) vez\b",
                r"太(?:过分|差劲|离谱|气人|垃圾)|垃圾(?:公司|服务|产品|软件|客服)|骗子|骗钱|坑人|忽悠|无语|气死|愤怒|恶心|忍无可忍|不可接受|无法接受|太差了|(?:他|你)妈的|混蛋|投诉你们|差评|第[三四五六七八九十]次",
            ),
        )
    ),
    "legal": tuple(
        map(
            re.compile,
            (
                r"\b(?:gdpr|dsgvo|rgpd) (?:complaint|beschwerde|plainte|reclamación)\b|\bcomplain(?:t|ts)? to (?:the|your) (?:\w{1,12} )?authorit(?:y|ies)\b|\bdemandar(?:les|los|las|te|le|os)\b",
                r"\b(?:lawyers?|attorneys?|solicitors?|law ?suit|sue you|suing|will sue|legal (?:action|steps|proceedings|consequences|department|claim|notice)|take you to court|small claims|in court|court order|cease and desist|ombudsman|consumer (?:protection|rights)|trading standards|better business bureau|data protection (?:authority|officer|commissioner)|file a complaint|formal complaint|report you to|chargeback|press charges|police|subpoena|liab(?:le|ility) for|breach of contract)\b",
                r"\b(?:rechtsanw[aä]lt\w{0,5}|anwalt|anwältin|anwaltlich\w{0,2}|klage(?: ein)?|verklage\w{0,2}|gericht\w{0,6}|rechtliche\w? schritte|rechtsweg|mahnbescheid|abmahnung|abmahnen|strafanzeige|anzeige (?:erstatten|gegen)|verbraucherzentrale|verbraucherschutz|datenschutzbehörde|datenschutzbeauftragt\w{1,3}|schadens?ersatz|fristsetzung|letzte frist|polizei|rückbuchung|rücklastschrift)\b",
                r"\b(?:avocats?|tribunal|justice|poursuites?|poursuivre|plainte|porter plainte|mise en demeure|action en justice|voies légales|dgccrf|répression des fraudes|cnil|médiateur|huissier|dommages et intérêts|police)\b",
                r"\b(?:abogad[oa]s?|demanda(?:r|ré|remos)?|denuncia(?:r|ré|s)?|tribunal(?:es)?|juzgado|acciones legales|vía legal|medidas legales|defensor del consumidor|oficina del consumidor|hoja de reclamaciones|agencia de protección de datos|policía|burofax|indemnización)\b",
                r"律师|起诉|诉讼|法院|法律(?:途径|手段|责任|程序)|法庭|告你们|消费者协会|消协|12315|工商局|市场监管|监管部门|报警|警察|公安|投诉到|维权|索赔|赔偿|曝光",
            ),
        )
    ),
    "cancellation": tuple(
        map(
            re.compile,
            (
                r"\A\W{0,3}(?:cancel|terminate) (?:(?:my|our|the|this) (?:\w{1,12} ){0,2}(?:subscription|plan|membership|account|contract|agreement|service|licen[cs]e|renewal|purchase)|everything|it)\b|\b(?:want|wish|like|need|have decided) to cancel\W{0,3}(?:$|[.!,\n])|\b(?:i'm|i am|we're|we are) (?:cancell?ing|terminating)\b|\bunsubscribe me\b|\bdoy de baja\b",
                r"\b(?:i|we|please|to|hereby|you|and|just|now|immediately|'ll|will) (?:(?:hereby|also|immediately|now|please|therefore) ){0,2}(?:cancel|terminate|discontinue|revoke|withdraw from)\b(?: \w{1,12}){0,4} ?(?:subscription|plan|membership|account|contract|agreement|service|licen[cs]e|renewal|purchase|order|everything|it all|with you)\b",
                r"\b(?:cancellation|termination|revocation|withdrawal) of (?:my|our|the|this) (?:\w{1,12} ){0,2}(?:subscription|plan|membership|account|contract|agreement|service|licen[cs]e)\b|\bnotice of (?:cancellation|termination)\b|\b(?:close|delete|end|stop) (?:my|our) (?:\w{1,12} )?(?:subscription|plan|membership|account|contract|renewal)\b|\bstop (?:the )?(?:automatic |auto[- ]?)renewal\b|\bleaving (?:you|your (?:service|company))\b|\bswitch(?:ing)? to (?:a|your|another) competitor\b",
                r"\bk(?:ü|ue)ndige\w?\b|\bk(?:ü|ue)ndigung\b|\bk(?:ü|ue)ndigen\b|\bwiderruf\w{0,6}\b|\bvertrag (?:beenden|auflösen|stornieren)\b|\b(?:abo|abonnement|konto|mitgliedschaft|vertrag|account|lizenz) (?:\w{1,12} ){0,2}(?:beenden|löschen|auflösen|stornieren|schließen)\b|\bstornier\w{1,5}\b",
                r"\br[ée]sili(?:er|e|ation|ons)\b|\bme désabonner\b|\bdésabonnement\b|\b(?:annul(?:er|e|ez)|supprim(?:er|ez)|ferm(?:er|ez|eture)|clôtur\w{1,3}) (?:de )?(?:mon|notre|ma|l'|le) ?(?:abonnement|compte|contrat|adhésion)\b|\bdroit de rétractation\b",
                r"\b(?:darme|darnos|dar|quiero|solicito) (?:de |la )?baja\b|\b(?:cancelar|cancelo|cancelen|anular|rescindir|cerrar|eliminar) (?:mi|la|nuestra|el|nuestro)(?: \w{1,12})? ?(?:suscripción|cuenta|contrato|membresía|plan|servicio)\b|\bdesistimiento\b|\bcancelación de (?:mi|la)\b",
                r"(?:取消|终止|解除|停止|注销|退)(?:我|我的|我们的)?(?:的)?(?:订阅|合同|会员|账号|账户|帐号|服务|续费|自动续费|套餐|订)|退订|解约|不再(?:续费|续订|使用你们)|销户",
            ),
        )
    ),
    "security": tuple(
        map(
            re.compile,
            (
                r"\bjemand (?:nutzt|benutzt|verwendet|missbraucht) (?:mein|unser)\w{0,2} (?:konto|account|karte|passwort|zugang)\b|有人(?:在)?(?:用|使用|盗用)(?:了)?(?:我|我们)的?(?:账户|账号|帐号|帐户|卡)",
                r"\b(?:hack(?:ed|er|ers|ing)|phish\w{1,5}|compromised|data (?:breach|leak)|security (?:hole|breach|incident|issue|flaw|bug|vulnerability)|vulnerabilit(?:y|ies)|cve-\d{4}|exploit(?:ed)?|malware|ransomware|virus|identity theft|stolen|unauthori[sz]ed (?:access|login|log-?in|charges?|transactions?|payments?|use)|fraud(?:ulent)?|suspicious (?:login|activity|charge|transaction|mail|email)|leaked|(?:sql|xss) injection|responsible disclosure|bug bounty|broke into|taken over|took over my)\b",
                r"\b(?:someone|somebody|a stranger|another person|anyone|who)(?: else)? (?:has |have |is |was |had )?(?:logged|access\w{0,3}|signed|using|used|changed|got|gained|entered|read)\b|\bnot me who\b|\bi did(?: not|n't) (?:make|authori[sz]e|log|sign|request|order|change)\b",
                r"\b(?:gehackt|hacker\w?|phishing|datenleck|datenpanne|sicherheitslück\w{1,3}|sicherheitsvorfall|sicherheitsproblem|schwachstelle|kompromittiert|schadsoftware|gestohlen|geklaut|missbraucht|missbrauch|unbefugt\w{0,3}|fremde[rn]? zugriff|identitätsdiebstahl|verdächtige?\w?|betrügerisch\w{0,3})\b|\bjemand (?:anders |anderes |fremdes )?(?:hat|ist|war) (?:\w{1,15} ){0,4}(?:eingeloggt|angemeldet|zugegriffen|zugriff|geändert|benutzt|verwendet)\b",
                r"\b(?:pirat(?:é|ée|és|age|er)|hameçonnage|phishing|compromis|compromise|fuite de données|faille(?: de sécurité)?|vulnérabilité|volée?s?|usurpation|accès non autorisé|frauduleu(?:x|se)|fraude|suspecte?s?|logiciel malveillant)\b|\bquelqu'un (?:s'est connecté|a accédé|utilise|a utilisé|a changé)\b",
                r"\b(?:hackead[oa]s?|hackearon|hacker|pirate(?:ado|ada|aron)|phishing|fuga de datos|filtración|vulnerabilidad|fallo de seguridad|robad[oa]s?|robaron|suplantación|acceso no autorizado|fraude|fraudulent\w|sospechos\w|comprometid\w|malware)\b|\balguien (?:ha |se )?(?:entrado|accedi(?:do|ó)|usado|usó|entró|conectó|cambi(?:ado|ó))\b",
                r"黑客|被黑|被盗|盗号|盗刷|盗用|钓鱼|泄露|泄漏|漏洞|入侵|异地登录|异常登录|未经授权|未授权|非本人|不是我(?:操作|登录|本人|买|消费)|有人登录|别人登录|病毒|木马|诈骗|欺诈|可疑",
            ),
        )
    ),
}

# "How do I cancel my subscription?" asks for instructions; "cancel it" gives notice, and a person takes it.
ASKS_HOW = re.compile(
    r"\b(?:how|where|when|what happens|can i|could i|may i|is it possible|do i have to|what do i)\b|\b(?:wie|wo|wann|kann ich|könnte ich|ist es möglich)\b"
    r"|\b(?:comment|où|quand|puis-je|est-il possible)\b|\b(?:cómo|dónde|cuándo|puedo|es posible)\b|怎么|如何|怎样|哪里|能不能|可以.{0,12}吗"
)

EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "person": (
        "Don't send me an automated reply.",
        "Can I speak with customer service?",
        "Kann mich bitte jemand anrufen?",
        "Ich möchte Ihren Chef sprechen.",
        "Pas de réponse automatique, s'il vous plaît.",
        "Pásame con un agente.",
        "有人工吗？",
        "请给我打电话",
        "I want to talk to a human.",
        "Can I speak with an agent please?",
        "Please, a real person this time.",
        "Ich möchte mit einem Menschen sprechen.",
        "Geben Sie mir bitte einen echten Mitarbeiter.",
        "Je voudrais parler à un conseiller.",
        "Quiero hablar con una persona.",
        "我要找人工客服",
        "请转人工",
    ),
    "anger": (
        "I am so angry.",
        "What a joke.",
        "I've had enough.",
        "你们这是欺骗消费者",
        "This is ridiculous, nothing works.",
        "Worst support I have ever had.",
        "Answer me!!!",
        "Das ist eine Frechheit.",
        "Mir reicht's, zum dritten Mal kaputt.",
        "C'est inadmissible.",
        "Esto es una vergüenza.",
        "你们太过分了",
        "垃圾软件",
    ),
    "legal": (
        "I shall make a complaint to the data authority.",
        "Voy a demandarles.",
        "My lawyer will contact you.",
        "We will take legal action.",
        "I shall report you to the ombudsman.",
        "Ich schalte meinen Anwalt ein.",
        "Sonst gehe ich zur Verbraucherzentrale.",
        "Je vais porter plainte.",
        "Tomaré acciones legales.",
        "我会找律师起诉你们",
        "我要打12315",
    ),
    "cancellation": (
        "Cancel my account now.",
        "I want to cancel.",
        "I'm cancelling my subscription.",
        "Unsubscribe me.",
        "Doy de baja mi cuenta.",
        "I hereby cancel my subscription.",
        "Please cancel our account.",
        "Please stop the automatic renewal.",
        "Hiermit kündige ich meinen Vertrag.",
        "Ich widerrufe den Kauf.",
        "Je souhaite résilier mon abonnement.",
        "Quiero darme de baja.",
        "请取消我的订阅",
        "我要退订",
    ),
    "security": (
        "Jemand nutzt mein Konto.",
        "有人用我的账户",
        "My account was hacked.",
        "Somebody logged in with my password.",
        "I found a security hole in your API.",
        "Mein Konto wurde gehackt.",
        "Jemand hat sich in mein Konto eingeloggt.",
        "Mon compte a été piraté.",
        "Me robaron la cuenta.",
        "我的账号被盗了",
        "有人登录了我的账户",
    ),
}

PASSES = (
    "Cancel my table for two on Friday, and how do I book another?",
    "Which mails are sent automatically?",
    "Wie schalte ich den Abwesenheitsassistenten ein?",
    "How do I export my data?",
    "How do I cancel my subscription?",
    "Where can I end my membership?",
    "I forgot my password.",
    "The export does not work.",
    "What are your working hours?",
    "Is there a human readable export?",
    "Which user agent does the importer send?",
    "How do I invite a person to my team?",
    "Wie kann ich mein Passwort zurücksetzen?",
    "Wie kann ich mein Abo kündigen?",
    "Comment exporter mes données ?",
    "¿Cómo puedo cambiar mi contraseña?",
    "如何更换电池？",
    "怎么取消订阅？",
    "我忘记了密码",
)
