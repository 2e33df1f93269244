"""What absence notes and receipts say in their first lines: data only, for ``automatic_text``.

``STATED`` proves a machine by itself where it opens the text; the others are the building blocks of absence
notes and receipts, of which several must come together.
"""

import re
from typing import Final


def _any_of(*phrases: str) -> re.Pattern[str]:
    """Return a pattern for any of the phrases, which are regular expressions over case-folded text."""
    return re.compile("|".join(phrases))


STATED: Final = _any_of(
    r"^\W{0,6}this (?:is|email is|e-mail is|message is|reply is|mail is|was) (?:an? )?"
    r"(?:system[- ])?auto(?:mat(?:ic|ed|ically))?[- ]?(?:generated|sent|created|reply|response|responder|answer|mail"
    r"|message|e-?mail|notification|acknowledge?ment|out of office|confirmation|generated|\w{0,12} (?:reply|response))",
    r"^\W{0,6}this (?:is|message is|e-?mail is) (?:an? )?auto-?(?:reply|response|responder|mated|generated)",
    r"^\W{0,6}\[?\(?(?:auto-?(?:reply|response|mated (?:reply|response|message))|automatic (?:reply|response|message))"
    r"[\])]?\s{0,3}(?:$|[:.!\-–—\n])",
    r"^\W{0,6}(?:your (?:message|e-?mail|mail|request) (?:has been|was) (?:automatically )?received (?:and|by our)"
    r"|you have reached (?:an unmonitored|a mailbox that is)|this (?:mailbox|e-?mail address|inbox|account) is "
    r"(?:not|no longer) (?:being )?(?:monitored|in use|active|checked|valid))",
    r"^\W{0,6}your message\s[^?]{0,300}\bwas (?:read|opened|displayed|deleted) on|^\W{0,6}ihre nachricht\s[^?]{0,300}\b"
    r"wurde (?:am|um) [^?]{0,80} (?:gelesen|geöffnet)|^\W{0,6}this is a (?:return|read) receipt for",
    r"^\W{0,6}(?:please )?do not reply to this (?:automat\w{0,8} )?(?:e-?mail|message|mail)",
    r"^\W{0,6}dies(?:e|es)?(?: e-?mail| nachricht| mail| antwort)? (?:ist|wurde) (?:eine? )?automati(?:sch|siert)",
    r"^\W{0,6}dies ist eine automatisch|^\W{0,6}diese (?:e-?mail|nachricht|antwort) (?:wurde|wird) automatisch",
    r"^\W{0,6}automatische (?:antwort|rückmeldung|empfangsbestätigung|eingangsbestätigung|abwesenheit)",
    r"^\W{0,6}bitte antworten sie nicht auf diese (?:automatische? )?(?:e-?mail|nachricht|mail)",
    r"^\W{0,6}(?:ceci est|il s'agit d|cet? (?:e-?mail|courriel|message) (?:est|a été))\W{0,3}"
    r"(?:(?:un|une|envoyé|généré|d'un|d'une|e)\W{0,3})?(?:message |réponse |courriel |e-?mail |envoyé |généré )?"
    r"automatique",
    r"^\W{0,6}réponse automatique|^\W{0,6}merci de ne pas répondre à (?:ce|cet|cette)",
    r"^\W{0,6}(?:este?|esta|ésta|éste) (?:es |mensaje |correo |e-?mail )?(?:es |ha sido |fue )?(?:un |una )?"
    r"(?:mensaje |respuesta |correo |e-?mail |generad[oa] |enviad[oa] )?automátic",
    r"^\W{0,6}(?:respuesta|mensaje) automátic|^\W{0,6}por favor,? no responda a este",
    r"^\W{0,6}(?:questa è una|questo è un|il presente|questo (?:messaggio|e-?mail))\W{0,3}"
    r"(?:è )?(?:una? )?(?:risposta|messaggio|e-?mail|mail|generat[oa]|inviat[oa])? ?(?:in modo )?automatic",
    r"^\W{0,6}risposta automatica|^\W{0,6}si prega di non rispondere a quest",
    r"^\W{0,6}est[ae] (?:é|e-?mail|mensagem)\W{0,3}(?:é )?(?:uma? )?(?:resposta|mensagem|e-?mail|foi)?\W{0,3}"
    r"(?:gerad[oa] |enviad[oa] )?automátic",
    r"^\W{0,6}(?:resposta|mensagem) automática|^\W{0,6}por favor,? não responda a est",
    r"^\W{0,6}dit (?:is een|bericht is|e-?mail is|antwoord is) (?:een )?automatisch",
    r"^\W{0,6}automatisch (?:antwoord|bericht|gegenereerd)|^\W{0,6}gelieve niet te antwoorden op",
    r"^\W{0,6}det(?:ta|te|här|her)? (?:är|er) (?:ett?|en) auto(?:matisk?t?|svar|genere)",
    r"^\W{0,6}(?:autosvar|automatisk(?:t)? svar)\b|^\W{0,6}tämä on automaatti|^\W{0,6}automaattinen vastaus",
    r"^\W{0,6}(?:to jest|ta wiadomość (?:jest|została)|niniejsza wiadomość) \w{0,14} ?automatyczn",
    r"^\W{0,6}wiadomość (?:została )?wygenerowana automatycznie|^\W{0,6}prosimy nie odpowiadać na t",
    r"^\W{0,6}(?:toto je|tato zpráva (?:je|byla)|táto správa (?:je|bola)|jde o) \w{0,14} ?automatick",
    r"^\W{0,6}ez (?:egy )?automatikus|^\W{0,6}acesta este un (?:mesaj|răspuns) automat",
    r"^\W{0,6}ovo je automatsk|^\W{0,6}to je (?:samodejn|avtomatsk)|^\W{0,6}tai (?:yra )?automatin",
    r"^\W{0,6}šī ir automātisk|^\W{0,6}see on automaatne|^\W{0,6}bu (?:bir )?otomatik",
    r"^\W{0,6}(?:это|данное (?:письмо|сообщение)|это (?:письмо|сообщение))\W{0,4}\w{0,14} ?автоматическ",
    r"^\W{0,6}(?:автоматический ответ|автоответ)|^\W{0,6}пожалуйста,? не отвечайте на это",
    r"^\W{0,6}(?:це|цей лист|це повідомлення)\W{0,4}\w{0,14} ?автоматичн|^\W{0,6}това е автоматич",
    r"^\W{0,6}(?:αυτό είναι ένα|αυτή είναι μια|το παρόν) αυτόματ|^\W{0,6}αυτόματη απάντηση",
    r"^\W{0,6}(?:这|此|本|這)(?:是|封|邮件|郵件|信).{0,8}(?:自动|自動|系统|系統).{0,6}(?:回复|回覆|回復|发送|發送|发出|發出|答复|邮件)",
    r"^\W{0,6}(?:自动回复|自動回覆|自動回復|自动答复|系统自动)|^\W{0,6}请勿(?:直接)?回复|^\W{0,6}您(?:的|发来的)(?:邮件|来信)(?:我)?(?:已|已经)收到",
    r"(?:^|\n)\W{0,6}(?:こ|本|当)(?:の)?メール(?:は|に).{0,14}自動(?:返信|送信|配信|応答)|^\W{0,6}自動(?:返信|応答|送信|配信)",
    r"^\W{0,6}(?:이|본|해당) (?:메일|메시지|이메일)(?:은|는).{0,12}자동|^\W{0,6}자동 ?(?:회신|응답|답장)|^\W{0,6}발신 ?전용",
    r"^\W{0,6}(?:هذه|هذا) .{0,12}(?:تلقائي|آلي)|^\W{0,6}رد تلقائي|^\W{0,6}(?:זוהי|זו|זהו|הודעה זו).{0,16}אוטומטי",
    r"^\W{0,6}đây là (?:thư|email|tin nhắn).{0,14}tự động|^\W{0,6}ini adalah .{0,14}(?:otomatis|automatik)"
    r"|^\W{0,6}(?:อีเมล|ข้อความ)นี้.{0,20}อัตโนมัติ",
)
"""Sentences that open a text and say: a machine wrote this."""

RECEIVED: Final = _any_of(
    r"(?:\b(?:have|has been|was|been)|\bwe've) (?:successfully )?(?:received|got) (?:your|a|the)? ?(?:e-?mail|message|request|enquiry|inquiry"
    r"|ticket|case|question|query|submission|support request)|\byour (?:e-?mail|message|request|enquiry|inquiry|ticket|case"
    r"|query|submission|support request)[^.\n]{0,60} (?:has been|was) (?:successfully )?(?:received|created|opened|logged"
    r"|registered)|\ba (?:new )?(?:support )?(?:ticket|case) (?:has been|was) (?:created|opened)",
    r"\bihre (?:e-?mail|nachricht|anfrage|mitteilung) (?:ist|wurde)[^.\n]{0,60} (?:erhalten|eingegangen|registriert)|\bwir haben ihre"
    r" (?:e-?mail|nachricht|anfrage)[^.\n]{0,40}erhalten|\bticket[^.\n]{0,40} (?:wurde )?(?:erstellt|eröffnet|angelegt)",
    r"\b(?:nous avons bien reçu|bien reçu) votre (?:message|demande|courriel|e-?mail|mail)|\bvotre (?:demande|message)"
    r"[^.\n]{0,60} (?:reçue?|enregistrée?|prise? en compte)",
    r"\bhemos recibido su|\bsu (?:mensaje|solicitud|consulta|correo)[^.\n]{0,60} (?:recibid[oa]|registrad[oa])"
    r"|\babbiamo ricevuto (?:la|il) (?:tua|sua|vostra|tuo|suo)|\brecebemos (?:o|a)? ?(?:seu|sua)",
    r"\b(?:wij|we) hebben uw (?:bericht|e-?mail|vraag|verzoek)[^.\n]{0,30}ontvangen|\bwe ontvingen uw|\bvi har (?:nu )?"
    r"(?:mottagit|modtaget|mottatt) (?:ditt|din|deres)|\bolemme vastaanottaneet|\botrzymaliśmy (?:twoj|państwa|pani|wiadom)",
    r"(?:ваш[еа]? (?:обращение|письмо|запрос|заявка)[^.\n]{0,60}(?:получен|зарегистрирован|принят)|ваше? (?:звернення|лист)"
    r"[^.\n]{0,40}отримано)",
    r"(?:已收到您的|您的(?:邮件|来信|请求|工单)[^。\n]{0,20}(?:已收到|已创建)|お問い?合わ?せを(?:受け付け|受付|承り)|受付(?:いたし|完了)|문의가 (?:접수|등록))",
)
"""Another desk confirms that a mail came in."""

PROMISED: Final = _any_of(
    r"\bwithin (?:the next )?(?:\w{1,12} )?\(?\d{0,3}\)?[- ]?\w{0,12} ?(?:hours?|(?:business|working) (?:days?|hours?))"
    r"|\bas soon as possible|\bshortly\b|\bsupport team|\b(?:ticket|case|reference) (?:number|id|no\b)|\bdo not reply"
    r"|\bduring (?:our )?(?:business|office|working) hours|\bbeing (?:reviewed|processed) by"
    r"|\b(?:use|quote|mention|keep) (?:this|the|your) (?:\w{1,12} )?number|\bto add (?:\w{1,12} )?(?:comments|information)|\bin the order|\bone of our (?:agents|team|colleagues|staff)",
    r"\bso (?:schnell|rasch|bald) wie möglich|\bschnellstmöglich|\binnerhalb von|\bin kürze|\bumgehend|\bticketnummer"
    r"|\bvorgangsnummer|\bbearbeit|\bdans les (?:plus brefs|meilleurs) délais|\bdans un délai|\bnuméro de (?:ticket|dossier)",
    r"\blo antes posible|\ba la (?:mayor|brevedad)|\ben breve|\bnúmero de (?:ticket|caso)|\bal più presto|\bquanto prima"
    r"|\bo mais (?:breve|rápido) possível|\bem breve|\bzo (?:spoedig|snel) mogelijk|\bså (?:snart|fort|hurtigt)"
    r"|\bmahdollisimman|\bjak najszybciej|\bco nejdříve|\bв ближайшее время|\bв течение|\bномер (?:обращения|заявки)",
    r"(?:尽快|儘快|工作日|小时内|営業日|折り返し|後日|担当者|빠른 시일|영업일|순차적)",
)
"""And says when somebody will read it."""

AWAY: Final = _any_of(
    r"\bi(?: am|'m| will be| shall be)?(?: currently| presently| now)? (?:out of|away from|not in) (?:the |my )?office",
    r"\bi(?: am|'m| will be)(?: currently| presently)? (?:on|away on) (?:\w{1,12} )?(?:leave|vacation|holidays?|travel)",
    r"\bi(?: am|'m| will be) (?:currently )?(?:travell?ing|unavailable|away|absent|out)\b|\bout of (?:the )?office\b",
    r"\bon (?:annual|maternity|paternity|parental|sick|medical) leave|\b(?:our|the) office (?:is|will be) closed",
    r"\bno longer (?:work|with|employed)|\bhas left the (?:company|organi[sz]ation)|\bam away until",
    r"(?:nicht|außer|ausser)(?: mehr)? (?:im|am|in meinem) (?:büro|haus|arbeitsplatz|hause)|\bim urlaub\b|\babwesend\b"
    r"|\bnicht erreichbar|\bnicht im büro|\bin (?:elternzeit|mutterschutz)|\baußer haus|\bin den ferien"
    r"|\bnicht (?:mehr )?für .{1,40} tätig",
    r"\babsente?\b|\ben congés?\b|\ben vacances\b|\bhors du bureau|\bne suis pas (?:au bureau|disponible)"
    r"|\ben déplacement|\bne fais plus partie",
    r"fuera de (?:la |mi )?oficina|\bde vacaciones|\bausente|\bestar[ée] fuera|\bde permiso|\bde baja\b",
    r"\bfuori (?:sede|ufficio)|\bin ferie|\bassente\b|\bfuori dall'ufficio|\bnon sono in ufficio|\bsarò assente",
    r"\bfora do escritório|\bde férias|\bem férias|\bausente|\bestarei fora|\bde licença",
    r"\b(?:ben|is) (?:ik )?(?:momenteel )?(?:afwezig|niet (?:aanwezig|op kantoor|bereikbaar))|\bop vakantie|\bmet verlof"
    r"|\bniet op kantoor|\bafwezig",
    r"\bpå (?:semester|ferie|resa|kurs|tjänsteresa)|\b(?:inte|ikke|ej) (?:på kontoret|til stede|tilstede|i kontoret)"
    r"|\bfrånvarande|\bfraværende|\bpå sommerferie|\bföräldraledig|\bbarsel",
    r"\blomalla|\bpoissa\b|\bvapaalla|\bvanhempainvapaa|\bpuhkusel\b|\beemal\b|\batvaļināj|\batostog|\bārpus biroja"
    r"|\bnesu biure|\bkomandiruot",
    r"\bpoza biurem|\bna urlopie|\bnieobecn|\burlop|\bna dovolené|\bdovolen|\bmimo kancelář|\bnepřítom|\bneprítom"
    r"|\bna dovolenke|\bszabadság|\bházon kívül|\birodán kívül|\btávol vagyok|\bîn concediu|\bin concediu|\bdin birou",
    r"\bna (?:godišnjem|odmoru|dopustu)|\bodsut|\bodsot|\bizvan ureda|\bvan kancelarije",
    r"в отпуске|вне офиса|отсутств|в командировке|не на рабочем месте|нет на работе|нет в офисе|у відпустці|поза офісом"
    r"|відсутн|в отпуск|извън офиса|на годишњем|на одмору",
    r"εκτός γραφείου|σε άδεια|απουσιάζω|\bofis dışında|\bizindeyim|\bizinde|\byıllık izin|\bofiste değil",
    r"不在办公室|不在辦公室|外出|休假|出差|放假|度假|请假|不在公司|離開辦公室|不在(?:の|と|に|し|です)|休暇|休業|出張|外出|お休み|부재|휴가|출장|자리를 비",
    r"خارج المكتب|إجازة|מחוץ למשרד|בחופש|לא במשרד|مرخصی|nghỉ phép|vắng mặt|đi công tác|\bcuti\b|luar kantor|di luar pejabat"
    r"|ลาพักร้อน|ไม่อยู่",
)
"""The writer is not there."""

BACK: Final = _any_of(
    r"\b(?:until|till|through|back (?:on|in|at|by)|be back|return(?:ing)? (?:on|to|in)?|when i return|upon my return"
    r"|on my return|from .{1,30} (?:to|until|through) )",
    r"\b(?:bis (?:zum|einschließlich|\d|ein)|wieder (?:erreichbar|da|im|zurück|für sie)|ab dem|vom .{1,30} bis|zurück)",
    r"\b(?:jusqu'|de retour|à mon retour|du .{1,30} au )|\b(?:hasta (?:el|la)|regres|de vuelta|volver|del .{1,30} al )",
    r"\b(?:fino al|rientr|dal .{1,30} al |ritorn|sarò di nuovo)|\b(?:até (?:o|ao|dia)|retorn|regress|voltarei|de volta)",
    r"\b(?:tot (?:en met|\d|ma|di|wo|do|vr)|weer (?:aanwezig|terug|bereikbaar)|terug)|\b(?:till(?:s| och med)?|til (?:den|\d)|indtil|tilbage"
    r"|tilbake|tillbaka|åter|til og med|frem til)",
    r"\b(?:saakka|asti|palaan|takaisin)|\b(?:do dnia|wracam|będę .{0,20}dostępn|powr|od .{1,30} do )|\b(?:do \d|vrátím"
    r"|zpět|späť|vrátim|visszatér|-ig\b|până|revin|înapoi|vraćam|vrnem|nazaj)",
    r"(?:до \d|по \d|вернусь|возвращ|буду (?:на|в)|повернусь|връщам|έως|μέχρι|επιστρέ|kadar|döneceğim|dönüş)",
    r"(?:至|到|直到|返回|回来|回來|まで|戻り|より出社|까지|복귀|돌아|حتى|العودة|עד|אחזור|đến|trở lại|hingga|sampai|kembali|ถึง)",
)
"""And comes back at some time."""

DEPUTY: Final = _any_of(
    r"\b(?:urgent|emergenc|immediate (?:assistance|attention|help)|in my absence|please contact|please (?:re)?(?:direct|address|write to) |please call|contact my"
    r"|limited access|no access|(?:access|check)(?:ing)? (?:to )?(?:my )?e-?mails?|reply (?:to you )?(?:as soon|when|upon)"
    r"|respond (?:to you )?(?:as soon|when|upon|after)|get back to you|not be (?:forwarded|read)|will be read)",
    r"\b(?:dringend|vertret|in meiner abwesenheit|wenden sie sich|kontaktieren sie|weitergeleitet"
    r"|eilige[nr]? |nachricht(?:en)? .{0,30}gelesen|notfall|notfäll)",
    r"\burgen(?:t|ce|te|za|cia|cias|ze)\b|\b(?:contacter|en mon absence|veuillez (?:contacter|vous adresser)|adresser à"
    r"|contactar|en mi ausencia|póngase en contacto|dirigirse a|dirija|contattare|in mia assenza|rivolgersi|urgentes)",
    r"\b(?:contatar|contacte|entre em contato|na minha ausência|contato com|dringende|contact opnemen|neem contact"
    r"|tijdens mijn afwezigheid|spoed|brådskande|kontakta|kontakt(?:e|en|iere)?|haster|akutte?|kiireelli|yhteyttä"
    r"|piln(?:e|ych|ej)|proszę o kontakt|prosimy o kontakt|naléhav|obraťte|kontaktujte|naliehav|sürgős|forduljon|keresse|urgenț\w{0,3}|contactați|hitn\w{0,4}|nujn\w{0,4}|skubi\w{0,4}|steidzam\w{0,4})",
    r"(?:срочн|обращай|обратит|свяжит|за(?:меща|мещен)|терміно|зверта|спешн|επείγο|επικοινων|acil|lütfen .{1,40}(?:ile|ara))",
    r"(?:紧急|緊急|急事|请联系|請聯|请致电|联系人|お急ぎ|至急|代理|ご連絡|긴급|급한|연락|للحالات|الطارئة|الاتصال|דחוף|לפנות|liên hệ|khẩn|hubungi"
    r"|mendesak|ติดต่อ|ด่วน)",
)
"""Somebody else can help, or the mail must wait."""

URGENT: Final = _any_of(
    r"\burgen(?:t|tly|cy|ce|te|tes|za|cia|cias|ze|ti|ț\w{1,4})\b|\bemergenc|\bin my absence|\bnot be (?:forwarded|read)",
    r"\bdringend|\bin meiner abwesenheit|\bnicht (?:automatisch )?weitergeleitet|\bnotf[aä]ll|\beilige|\ben mon absence|\ben mi ausencia",
    r"\bin mia assenza|\bna minha ausência|\btijdens mijn afwezigheid|\bspoed|\bbrådskande|\bhaster|\bakutte?\b"
    r"|\bkiireelli|\bpiln(?:e|ych|ej)|\bnaléhav|\bnaliehav|\bsürgős|\bhitn|\bnujn|\bskubi|\bsteidzam|\bkiireloom",
    r"(?:срочн|неотложн|терміно|спешн|επείγο|\bacil\b|紧急|緊急|急事|お急ぎ|至急|긴급|급한|للحالات|الطارئة|דחופ|דחוף|khẩn|mendesak"
    r"|ด่วน)",
)
"""And what to do when it cannot wait: nobody writes that to a help desk that has just asked him something."""

UNREAD: Final = _any_of(
    r"(?:^|[.!\n]\s{0,3})(?:please note(?: that)? )?(?:this|the|my) (?:mailbox|e-?mail (?:address|account)|inbox|account)"
    r" is (?:not|no longer) (?:being |longer )?(?:monitored|in use|used|active|checked|valid|read)",
    r"(?:^|[.!\n]\s{0,3})dieses (?:postfach|e-?mail-?(?:konto|postfach)) wird nicht (?:mehr )?(?:gelesen|überwacht|abgerufen)",
    r"(?:^|[.!\n]\s{0,3})diese e-?mail-?adresse (?:ist nicht mehr|wird nicht mehr) (?:aktiv|gültig|verwendet|genutzt|gelesen)",
    r"(?:^|[.!\n]\s{0,3})(?:cette (?:adresse|boîte)[^.\n]{0,30}n'est (?:plus|pas) (?:active|valide|consultée|utilisée|surveillée)"
    r"|esta (?:dirección|cuenta)[^.\n]{0,30}(?:ya )?no (?:está|es) (?:activa|válida|en uso|supervisada)"
    r"|questo indirizzo[^.\n]{0,30}non è (?:più )?(?:attivo|valido|in uso|monitorato))",
    r"(?:^|[.!\n]\s{0,3})i(?:'ve| have) left (?:the|this|my) (?:company|organi[sz]ation|firm|team|position|role)\b",
    r"(?:^|[.!\n]\s{0,3})i no longer work (?:at|for|here|with)|ich (?:bin|arbeite) nicht mehr (?:bei|für) [^.\n]{1,40}(?:tätig)?\.",
)
"""Nobody reads what is sent there, or its reader has left."""

ANSWER_TIME: Final = _any_of(
    r"\bwe (?:aim|try|endeavou?r|strive|do our best|usually|normally|typically|generally|will)(?: to)? (?:respond|reply"
    r"|answer|get back|be in touch|contact you|come back)[^.\n]{0,60}\bwithin\b",
    r"\bwir (?:melden uns|antworten|bearbeiten|werden uns)[^.\n]{0,60}\b(?:innerhalb|in kürze|schnellstmöglich)",
    r"\bnous (?:vous répondrons|vous répondons|reviendrons)[^.\n]{0,60}\b(?:dans|sous)\b",
    r"\bnos pondremos en contacto|\ble responderemos[^.\n]{0,60}\b(?:en|dentro)\b|\bti risponderemo[^.\n]{0,40}\bentro\b",
)
"""How soon a desk answers whoever writes to it."""

CURRENTLY: Final = _any_of(
    r"\bcurrently\b|\bat the moment\b|\bpresently\b|\b(?:derzeit|momentan|zurzeit|zur zeit)\b|\bactuellement\b",
    r"\bactualmente\b|\bal momento\b|\battualmente\b|\bno momento\b|\bmomenteel\b|\bför närvarande\b|\bfor øyeblikket\b",
    r"\bi øjeblikket\b|\bobecnie\b|\bmomentálně\b|\bjelenleg\b|\bşu anda\b|в настоящее время|сейчас|目前|ただ今|ただいま|현재",
)
"""The present tense of a note that was written once for all."""

THANKS: Final = _any_of(
    r"\b(?:thanks?(?: you)? (?:very much |so much )?for (?:your (?:e-?mail|message|mail|note|enquiry|inquiry)|contacting"
    r"|writing)|i have received your|your (?:e-?mail|message|mail) has been received)",
    r"\b(?:dank|danke) für (?:ihre|deine|eure|die) (?:e-?mail|mail|nachricht|mitteilung|anfrage)",
    r"\bmerci (?:de|pour) (?:votre|ton) (?:e-?mail|mail|message|courriel)|\b(?:nous avons|j'ai) bien reçu",
    r"\bgracias por (?:su|tu|el) (?:e-?mail|mensaje|correo)|\bgrazie per (?:la (?:sua|tua|vostra) )?(?:e-?mail|il messaggio"
    r"|avermi|averci|il (?:suo|tuo) messaggio)|\bobrigad[oa] pel[oa] (?:seu |sua )?(?:e-?mail|mensagem|contato|contacto)",
    r"\b(?:dank|bedankt) voor (?:uw|je|het) (?:e-?mail|mail|bericht)|\btack för (?:ditt|ert) (?:mejl|mail|e-?post|meddelande)",
    r"\btakk? for (?:din|dit|e-?)(?: ?(?:mail|e-?post|besked|melding|henvendelse))|\bkiitos (?:viesti|sähkö)",
    r"\bdziękuj(?:ę|emy) za (?:wiadomość|e-?mail|mail)|\bd(?:ě|ak)kuj\w{1,4} za (?:zprávu|správu|e-?mail)"
    r"|\bköszön(?:öm|jük) (?:a )?(?:levelét|e-?mail|megkeres)|\bmulțum\w{1,4} pentru (?:e-?mail|mesaj)"
    r"|\bhvala (?:na|vam na|za) (?:poru|e-?mail|mail|sporo)",
    r"(?:спасибо|благодар\w{1,3}) за (?:ваше )?(?:письмо|сообщение|обращение)|дяку\w{1,3} за (?:ваш)?.{0,3}(?:лист|повідом)",
    r"ευχαριστ.{1,10} για το (?:μήνυμα|e-?mail)|e-?postanız için teşekkür|mesajınız için teşekkür",
    r"(?:感谢您的(?:邮件|来信)|感謝您的(?:郵件|來信)|谢谢您的邮件|来信已收到|メールを?(?:いただき|頂き|お送り)|ご連絡(?:いただき|ありがとう)|메일을? 보내|메일 감사)",
    r"شكرا? (?:على|ل)رسال|תודה על (?:פני|המייל|הודע)|cảm ơn (?:bạn )?(?:đã )?(?:gửi|email)|terima kasih atas (?:e-?mail|pesan)",
)
"""And thanks for a mail that nobody has read."""
