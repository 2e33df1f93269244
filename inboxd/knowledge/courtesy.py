"""What is said in a mail beside the question, in English, German, French, Spanish and Chinese: tables of patterns.

Each pattern is matched at the start of one line or sentence in lower case; none has nested or unbounded
repetition over the same characters.
"""

import re

# "Dear Sir or Madam", "Hi there" … as a line of its own or in front of the first sentence.
GREETING = re.compile(
    r"(?:"
    r"(?:hi|hello|hey|hiya|dear|greetings|good (?:morning|afternoon|evening|day)|to whom it may concern)\b"
    r"|(?:hallo|guten (?:tag|morgen|abend)|sehr geehrte\w*|liebe[rs]?|moin|servus|grüezi|grüß gott)\b"
    r"|(?:bonjour|bonsoir|salut|madame|monsieur|ch[eè]re?s?)\b"
    r"|(?:hola|buen[oa]s (?:d[ií]as|tardes|noches)|estimad\w+)\b"
    r"|您好|你好|尊敬的|亲爱的|哈喽|嗨"
    r")"
)
# How far a greeting may run before the line says something else: "Dear Mrs. van der Berg and team,".
GREETING_LINE = re.compile(GREETING.pattern + r"[^?？\n]{0,40}[,，!！.。:：;]{0,3}\s*$")
GREETING_PREFIX = re.compile(
    r"(?:" + GREETING.pattern + r"(?:[ ,](?:there|all|everyone|everybody|team|support|sir|madam|zusammen|"
    r"à tous|a todos))*\s{0,3}[,!.，！。、:]+\s*)"
)

# A line that begins the end: everything below it is a name, a title, an address.
SIGN_OFF = re.compile(
    r"(?:"
    r"(?:(?:best|kind|kindest|warm|warmest|many|with)(?: \w+)? )?(?:regards|wishes|greetings)"
    r"|(?:yours|sincerely|cheers|best|respectfully|cordially)(?: (?:sincerely|faithfully|truly|yours))?"
    r"|(?:many )?thanks(?: (?:a lot|again|so much))?(?: and (?:best|kind) regards)?|thank you(?: very much)?"
    r"|(?:mit )?(?:freundlichen|besten|herzlichen|lieben|vielen) gr(?:ü|ue)(?:ß|ss)en?"
    r"|(?:viele|beste|liebe|herzliche|freundliche|schöne) gr(?:ü|ue)(?:ß|ss)e|gru(?:ß|ss)|mfg|lg|vg|hochachtungsvoll"
    r"|(?:bien )?cordialement|salutations|bien à vous|sincères salutations|meilleures salutations|à bientôt"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente"
    r"|此致|敬礼|祝好|顺祝商祺|谢谢|祝商祺|顺颂商祺|此致敬礼"
    r")[\s,，!！.。-]*(?:[\w.'-]+(?: [\w.'-]+){0,2})?\s*$"
)
SENT_FROM = re.compile(
    r"(?:sent (?:from|via|with) |get outlook for |envoyé (?:de|depuis) |von meinem .{0,40} gesendet"
    r"|gesendet (?:von|mit) |enviado desde |发自我的|来自我的|从我的.{0,20}发送)"
)
DELIMITER = re.compile(r"(?:--\s*$|_{5,}\s*$|-{5,}|={5,}\s*$|\*{5,}\s*$)")

# Whole sentences that ask for nothing of their own.
COURTESY = re.compile(
    r"(?:"
    r"(?:many |a lot of )?thanks?(?: you)?\b.{0,60}$"
    r"|(?:looking|i look|we look) forward\b.{0,60}$"
    r"|(?:please )?(?:let me know|get back to me|reply|respond|answer|advise)\b.{0,60}"
    r"(?:soon|possible|information|question|know|back|anything|help|wait|earliest|do)\b.{0,20}$"
    r"|please (?:help|advise|assist)(?: me| us)?(?: with this| asap| urgently)?\W*$"
    r"|(?:any|some|your) (?:help|advice|assistance|feedback|support|answer|idea)\b.{0,60}$"
    r"|(?:i|we) (?:would|'d|will|'ll) (?:really |greatly |very much )?(?:appreciate|be (?:very |so )?(?:glad|grateful|happy))\b.{0,80}$"
    r"|(?:i|we)(?: really| would)? appreciate\b.{0,60}$"
    r"|(?:i )?hope\b.{0,40}\b(?:well|week|weekend|day|fine|good|health)\b.{0,30}$"
    r"|(?:i am |i'm |so )?sorry (?:to|for) (?:bother|disturb|trouble|the)\b.{0,40}$"
    r"|(?:i|we)(?: just)?(?: have|'ve| had)?(?: got)? (?:a|one|another) (?:quick |short |small |simple |little )?(?:question|query)\W*$"
    r"|quick question\W*$"
    r"|first of all\b.{0,80}$"
    r"|have a (?:nice|great|good|lovely)\b.{0,40}$"
    r"|(?:if|should) (?:you|there).{0,30}(?:need|require|have).{0,60}$"
    r"|(?:in advance|best|cheers|regards)\W*$"
    r"|(?:vielen |besten |herzlichen |schönen |lieben )?dank\b.{0,60}$|danke\b.{0,50}$"
    r"|(?:über|für) (?:eine|ihre|deine)\b.{0,50}\b(?:antwort|hilfe|rückmeldung)\b.{0,50}$"
    r"|(?:ich|wir) (?:freue|hoffe|würde|bedanke)n? ?(?:mich|uns)?\b.{0,60}\b(?:antwort|hilfe|rückmeldung|freuen)\b.{0,30}$"
    r"|(?:ich habe|hätte|ich hätte)(?: mal)? (?:eine|ne|noch eine)(?: kurze| kleine)? frage\W*$"
    r"|(?:bitte )?(?:entschuldigen|entschuldigung|sorry)\b.{0,50}$"
    r"|merci\b.{0,70}$|(?:je|nous) vous remerci\w+\b.{0,70}$"
    r"|(?:dans l'attente|en attendant|au plaisir|en vous remerciant)\b.{0,70}$"
    r"|(?:j'ai|j'aurais) une (?:petite )?question\W*$|désolée? de vous déranger\b.{0,30}$"
    r"|j'espère que vous allez bien\W*$|bonne (?:journée|soirée|fin)\b.{0,30}$"
    r"|(?:muchas )?gracias\b.{0,60}$|(?:quedo|quedamos) a la espera\b.{0,60}$|tengo una (?:pequeña )?(?:pregunta|duda)\W*$"
    r"|(?:非常|十分)?(?:感谢|谢谢|多谢)\S{0,20}$|(?:期待|盼|希望)\S{0,6}(?:回复|答复|解答)\S{0,6}$|打扰\S{0,10}$"
    r"|(?:请|麻烦)\S{0,4}(?:尽快|及时)(?:回复|答复)\S{0,6}$|(?:我)?(?:想)?(?:请)?(?:问|咨询)(?:一个|个)(?:小)?问题\S{0,3}$|祝\S{0,12}$"
    r")"
)
# Who the writer is and what he did before writing: true, polite, and no question.
CONTEXT = re.compile(
    r"(?:"
    r"my name is\b.{0,80}$|(?:this is|i am|i'm) [\w.'-]{2,20}(?: [\w.'-]{2,20})? (?:from|here|and)\b.{0,80}$"
    r"|(?:i|we)(?: am| are|'m|'ve been|'ve| have been)(?: a| an)?(?: \w+)? ?(?:customers?|users?|subscribers?|members?|clients?)\b.{0,80}$"
    r"|(?:i|we) (?:am|are|'m) (?:on|using) (?:the|a|an|your)\b.{0,80}$"
    r"|we are a (?:small|little|big|large|team|company|family)\b.{0,80}$"
    r"|(?:i|we)(?: have|'ve)?(?: already| also)? ?(?:asked|called|phoned|contacted|spoke|talked|wrote|written|emailed)\b.{0,120}$"
    r"|(?:i|we) (?:could not|couldn't|did not|didn't|can't|cannot|can not) find (?:it|this|that|anything|an answer|the answer|any)\b.{0,80}$"
    r"|(?:i|we)(?: have|'ve)?(?: already| also)? ?(?:tried|looked|searched|checked|read)\b.{0,100}$"
    r"|(?:it|this|that)(?: is|'s)(?: a bit| a little| very| quite| really| rather)? urgent\b.{0,80}$"
    r"|(?:you can )?(?:reach|call|contact) me\b.{0,60}$"
    r"|(?:ich hei(?:ß|ss)e|mein name ist)\b.{0,80}$|(?:ich bin|wir sind)\b.{0,40}\b(?:kund\w*|mitglied|firma|team)\b.{0,40}$"
    r"|es (?:ist|wäre|eilt)\b.{0,20}\b(?:eilig|dringend|eilt)\b.{0,60}$|es eilt\b.{0,60}$"
    r"|(?:ich|wir) (?:habe|haben)\b.{0,60}\b(?:versucht|angerufen|geschrieben|gesucht|gefunden|gefragt)\W*$"
    r"|je m'appelle\b.{0,80}$|(?:je suis|nous sommes)\b.{0,40}\b(?:client\w*|entreprise|membre|équipe)\b.{0,40}$"
    r"|c'est (?:assez |très |un peu )?urgent\b.{0,60}$|(?:j'ai|nous avons)\b.{0,60}\b(?:essayé|appelé|cherché|demandé|contacté)\b.{0,40}$"
    r"|me llamo\b.{0,60}$|mi nombre es\b.{0,60}$"
    r"|我(?:叫|的名字是)\S{1,10}$|我(?:是|们是)\S{0,12}(?:客户|用户|会员|公司)\S{0,10}$|(?:比较|非常|很)?(?:急|紧急)\S{0,20}$"
    r")"
)
DISCLAIMER = re.compile(
    r"(?:confidential(?:ity)?\b|this (?:e-?mail|message|communication)\b.{0,80}\b(?:privileged|confidential|intended)\b"
    r"|if you (?:have received|are not the intended)\b|any (?:unauthori[sz]ed|use|disclosure)\b"
    r"|(?:please )?consider the environment|diese (?:e-?mail|nachricht)\b.{0,60}\bvertraulich|ce (?:message|courriel)\b.{0,60}\bconfidentiel"
    r"|本邮件\S{0,20}(?:保密|机密))"
)
# Subjects that say nothing: what contact forms and people in a hurry write.
EMPTY_SUBJECT = re.compile(
    r"(?:(?:re|aw|fw|fwd|wg|tr|sv|antw|回复|答复|转发)\s*[:：]\s*)*"
    r"(?:\[[^\]]{0,30}\]\s*)?"
    r"(?:"
    r"(?:hi|hello|hey|hallo|bonjour|hola|help|help needed|urgent|question|a question|quick question|request|inquiry|enquiry|issue"
    r"|problem|support|support request|support needed|customer (?:inquiry|enquiry|request|question|support)|your request|your message"
    r"|contact(?: form)?|contact us|request from website contact form|(?:new )?message from (?:the |your )?(?:website|contact form)\b.{0,30}"
    r"|website (?:contact form|inquiry|enquiry)|information|info|feedback|no subject|\(no subject\)|order|invoice|ticket|case"
    r"|frage|eine frage|anfrage|hilfe|dringend|problem|kontakt(?:formular|anfrage)?|bestellung|ihre anfrage"
    r"|question|demande|aide|urgent|problème|contact|commande|votre demande|renseignement|pregunta|ayuda|consulta"
    r"|咨询|问题|求助|你好|您好|请问|反馈|紧急|无主题|订单|帮助)"
    r")?[\s#\d:!?.,，！？。-]*$"
)

# Numbers, addresses, links: who and which, never what.
MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"https?://\S{1,2000}|www\.\S{1,500}"), " "),
    (re.compile(r"<?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}>?"), " "),
    (re.compile(r"\+?\(?\d[\d ()/.-]{6,24}\d"), " "),
    (re.compile(r"(?:#\s?)(?=[\w-]{0,20}\d)[\w-]{2,24}"), " "),
    (re.compile(r"\b(?=[A-Za-z-]{0,10}\d)[A-Z0-9]{1,6}-[A-Z0-9-]{2,24}\b"), " "),
    (re.compile(r"\(\d{4,30}\)|\b\d{5,30}\b"), " "),
)
# A sentence that held an identifier is about it, unless it asks or complains.
REQUEST = re.compile(
    r"[?？]|\b(?:how|what|when|where|why|which|who|can|could|would|please|not|n't|cannot|never|wrong|fail\w*|broken|error"
    r"|wie|was|wann|wo|warum|bitte|nicht|kein\w*|kann|comment|quand|où|pourquoi|pouvez|pas|veuillez|cómo|cuándo|dónde)\b"
    r"|怎|什么|吗|为何|如何|请|不|没|无法"
)
# A context sentence that tells of a failure is the question: "I tried to pay and it was declined".
FAILS = re.compile(
    r"\b(?:but|not|no|n't|cannot|declin\w*|fail\w*|broken|wrong|error|crash\w*|stuck|refus\w*|reject\w*|still|missing"
    r"|aber|nicht|kein\w*|fehler\w*|mais|pas|plus|erreur|échou\w*|pero|no)\b|n't\b|没|不|失败|错误"
)
