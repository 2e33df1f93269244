"""How automatic replies begin when no header says so, in 40 languages: data only, for ``automatic_text``.

Sources: the localised out-of-office prefixes of Outlook and Exchange, Notes, GroupWise, Zimbra, Gmail and web
mail services, and the phrases people write into their absence notes. Everything is in lower case.
"""

import re
from typing import Final

from inboxd.core.subject_marks import folded

_SUBJECTS_BY_LANGUAGE: Final = (
    # English.
    "automatic reply | automatic response | automated reply | automated response | automatic answer | auto reply",
    "auto-reply | autoreply | auto response | auto-response | autoresponse | auto responder | autoresponder",
    "auto-responder | auto answer | auto generated reply | auto-generated reply | automatically generated reply",
    "automated message | automatic message | automatic email reply | automated email reply | automatic notification",
    "out of office | out of the office | out-of-office | out of office reply | out of office response",
    "out of office autoreply | out of office auto reply | out of office auto-reply | out of office automatic reply",
    "out of office message | out of office notification | out of office notice | out of office assistant | ooo | oof",
    "out of office until | out of the office until | out of office from | out of the office from",
    "i am out of the office | i'm out of the office | i am out of office | i will be out of the office | i am away",
    "i am currently out of the office | i am on leave | i am on vacation | i am on holiday | i'm on vacation",
    "currently out of office | currently out of the office | away from office | away from my mail",
    "away from my email | away from the office | away message | away notice | absence notice | absence notification",
    "vacation reply | vacation response | vacation message | vacation auto-reply | vacation autoreply",
    "vacation notice | vacation notification | on vacation | on annual leave | on leave | on holiday | annual leave",
    "maternity leave | parental leave | sabbatical | on parental leave | on maternity leave",
    "not in the office | unavailable until | limited access to email | automatic confirmation of receipt",
    # German.
    "automatische antwort | automatische rückantwort | automatische rückmeldung | automatische nachricht",
    "automatische abwesenheitsnotiz | automatische abwesenheitsnachricht | automatische abwesenheitsmeldung",
    "automatische empfangsbestätigung | automatische eingangsbestätigung | automatische bestätigung",
    "automatische antwortmail | automatisierte antwort | autom. antwort | automat. antwort | auto-antwort",
    "abwesenheitsnotiz | abwesenheitsnachricht | abwesenheitsmeldung | abwesenheitsbenachrichtigung",
    "abwesenheitsagent | abwesenheitsassistent | abwesenheitshinweis | abwesenheitsinfo | abwesenheit | abwesend",
    "abwesend bis | abwesenheit bis | urlaubsnotiz | urlaubsbenachrichtigung | urlaubsmeldung | ich bin im urlaub",
    "nicht im büro | nicht im haus | außer haus | ausser haus | bin nicht im büro | ich bin nicht im büro",
    "ich bin derzeit nicht im büro | im urlaub bis | urlaub bis | elternzeit | ich bin im mutterschutz",
    # Dutch, Afrikaans, Frisian.
    "automatisch antwoord | automatische beantwoording | automatisch bericht | automatisch gegenereerd antwoord",
    "automatische reactie | automatische afwezigheidsmelding | afwezigheidsbericht | afwezigheidsmelding",
    "afwezigheidsassistent | afwezig | afwezigheid | niet aanwezig | niet op kantoor | buiten kantoor | ik ben afwezig",
    "vakantiebericht | outomatiese antwoord | outomatiese reaksie | uit die kantoor",
    # French.
    "réponse automatique | reponse automatique | réponse auto | message automatique | réponse automatisée",
    "notification d'absence | message d'absence | avis d'absence | absence du bureau | absent du bureau",
    "absence du bureau | absent(e) du bureau | absente du bureau | absence | absent | absente | absent jusqu",
    "je suis absent | je suis absente | en congé | en congés | congés | réponse d'absence | en vacances",
    "accusé de réception automatique | hors du bureau | gestionnaire d'absence du bureau",
    # Spanish, Catalan, Galician, Basque.
    "respuesta automática | respuesta automatica | respuesta auto | autorespuesta | auto respuesta | auto-respuesta",
    "contestación automática | contestador automático | mensaje automático | respuesta automatizada",
    "fuera de la oficina | fuera de oficina | fuera de mi oficina | ausente de la oficina | ausencia | de vacaciones",
    "aviso de ausencia | mensaje de ausencia | notificación de ausencia | estoy fuera de la oficina | ausente",
    "resposta automàtica | fora de l'oficina | absència | erantzun automatikoa | bulegotik kanpo",
    # Italian.
    "risposta automatica | risposta automatizzata | messaggio automatico | risposta autom | risponditore automatico",
    "fuori sede | fuori ufficio | fuori dall'ufficio | assente dall'ufficio | assenza dall'ufficio | assenza | assente",
    "risposta non al computer | non al computer | messaggio di assenza | avviso di assenza | sono in ferie | in ferie",
    # Portuguese.
    "resposta automática | resposta automatica | resposta auto | auto-resposta | auto resposta | mensagem automática",
    "fora do escritório | fora do escritorio | ausência temporária | ausência do escritório | ausência | ausente",
    "ausente do escritório | aviso de ausência | aviso de férias | estou de férias | de férias | em férias",
    # Swedish, Norwegian, Danish, Icelandic, Faroese.
    "autosvar | automatiskt svar | automatisk svar | automatsvar | automatiskt meddelande | auto-svar | auto svar",
    "frånvaro | frånvaromeddelande | frånvarobesked | frånvarande | frånvarohanteraren | ej på kontoret",
    "inte på kontoret | på semester | semester | fraværende | fravær | fraværsmelding | fraværsassistent",
    "fraværsbesked | ikke på kontoret | ikke til stede | ikke tilstede | ferie | på ferie | feriesvar | fraværsmeddelelse",
    "fravær fra kontoret | automatisk besvarelse | sjálfvirkt svar | sjálfvirk svörun | er ekki við | fjarverandi",
    # Finnish, Estonian, Latvian, Lithuanian, Hungarian.
    "automaattinen vastaus | automaattivastaus | automaattinen poissaoloilmoitus | poissaoloviesti | poissa",
    "poissaoloilmoitus | poissa toimistolta | lomavastaus | olen lomalla | lomalla | automaatvastus",
    "automaatne vastus | kontorist väljas | eemal kontorist | puhkusel | automātiskā atbilde | automātiska atbilde",
    "automatiska atbilde | automatiskā atbilde | ārpus biroja | arpus biroja | atvaļinājums | atvalinajums",
    "automatinis atsakymas | automatinis atsakas | nesu biure | ne biure | atostogos | atostogauju",
    "automatikus válasz | automatikus valasz | házon kívül | irodán kívül | távollét | távolléti üzenet",
    "szabadság | szabadságon vagyok | szabadságon",
    # Polish, Czech, Slovak, Slovene, Croatian, Serbian, Bosnian, Macedonian, Bulgarian.
    "automatyczna odpowiedź | automatyczna odpowiedz | odpowiedź automatyczna | odpowiedz automatyczna",
    "autoodpowiedź | auto-odpowiedź | nieobecność | nieobecny | nieobecna | poza biurem | nieobecność w biurze",
    "jestem poza biurem | jestem na urlopie | urlop | na urlopie | informacja o nieobecności | autoresponder",
    "automatická odpověď | automaticka odpoved | automatická odpoveď | automatická zpráva | automatická správa",
    "mimo kancelář | mimo kanceláře | mimo kancelárie | nepřítomnost | nepřítomen | nepřítomna | neprítomnosť",
    "oznámení o nepřítomnosti | dovolená | dovolenka | jsem na dovolené | samodejni odgovor | avtomatski odgovor",
    "odsoten | odsotnost | izven pisarne | automatski odgovor | automatski odgovor | automatizirani odgovor",
    "izvan ureda | odsutan | odsutnost | van kancelarije | odsutan sam | na godišnjem odmoru | godišnji odmor",
    "аутоматски одговор | автоматски одговор | автоматичен отговор | извън офиса | в отпуск | одсуство",
    # Romanian, Albanian, Greek, Turkish, Maltese.
    "răspuns automat | raspuns automat | mesaj automat | în afara biroului | plecat din birou | absent din birou",
    "în concediu | concediu | përgjigje automatike | jashtë zyrës | αυτόματη απάντηση | αυτοματη απαντηση",
    "εκτός γραφείου | απουσία από το γραφείο | αυτόματο μήνυμα | απουσία | σε άδεια",
    "otomatik yanıt | otomatik cevap | otomatik yanit | otomatik mesaj | ofis dışında | ofis dışındayım | işyeri dışında",
    "yıllık izin | izindeyim | izinde",
    # Russian, Ukrainian, Belarusian, Kazakh.
    "автоматический ответ | автоответ | автоответчик | авто ответ | авто-ответ | автоматическое уведомление",
    "вне офиса | нет на работе | нет на месте | отсутствую | я в отпуске | в отпуске | отпуск | отсутствие на рабочем месте",
    "автоматическое сообщение | уведомление об отсутствии | автоматична відповідь | автовідповідь | автовідповідач",
    "поза офісом | у відпустці | відпустка | аўтаматычны адказ | автоматты жауап | автоматты түрде жауап",
    # Chinese, Japanese, Korean.
    "自动回复 | 自动答复 | 自动回覆 | 自動回覆 | 自動回復 | 自动回信 | 自動答覆 | 系统自动回复 | 自动回复邮件 | 外出 | 休假自动回复 | 不在办公室",
    "外出自动回复 | 假期自动回复 | 休假中 | 不在辦公室 | 外出中 | 休假通知 | 自動返信 | 自動応答 | 自動返答 | 自動送信 | 自動配信",
    "不在通知 | 不在 | 不在のお知らせ | 不在連絡 | 不在時自動応答 | 外出中 | 休暇中 | 休暇のお知らせ | 休暇通知 | 自動返信メール",
    "자동 회신 | 자동회신 | 자동 응답 | 자동응답 | 자동 답장 | 자동답장 | 부재중 | 부재 중 | 부재중 자동응답 | 부재중 자동 응답 | 부재중 자동 회신 | 부재 알림 | 휴가 중 | 휴가중",
    # Arabic, Hebrew, Persian, Urdu.
    "رد تلقائي | رد تلقائى | الرد التلقائي | الرد الآلي | رد آلي | خارج المكتب | في إجازة | מענה אוטומטי | תשובה אוטומטית",
    "הודעה אוטומטית | מחוץ למשרד | לא במשרד | בחופשה | پاسخ خودکار | خارج از دفتر | خودکار جواب",
    # Vietnamese, Thai, Indonesian, Malay, Filipino, Hindi.
    "trả lời tự động | tự động trả lời | thư trả lời tự động | vắng mặt | ngoài văn phòng | ตอบกลับอัตโนมัติ | การตอบกลับอัตโนมัติ",
    "ไม่อยู่ที่สำนักงาน | ไม่อยู่สำนักงาน | balasan otomatis | balasan automatik | jawaban otomatis | tidak di kantor | di luar kantor",
    "di luar pejabat | cuti | automatikong tugon | awtomatikong tugon | स्वचालित उत्तर | स्वत: उत्तर | स्वचालित जवाब | कार्यालय से बाहर",
    # Welsh, Irish, Latin-script latecomers, Georgian, Armenian, Azerbaijani, Swahili.
    "ateb awtomatig | ymateb awtomatig | freagra uathoibríoch | allan o'r swyddfa | ავტომატური პასუხი | ինքնաշխատ պատասխան",
    "avtomatik cavab | jibu la kiotomatiki | jibu otomatiki | risposta automatika | arpus biroja atrasanas automatiska atbilde",
    # Acknowledgements of other desks.
    "automatic acknowledgement | automated acknowledgement | auto acknowledgement | autoacknowledgement | read receipt",
    "return receipt | delivery receipt | lesebestätigung | empfangsbestätigung (angezeigt) | accusé de lecture",
    "confirmación de lectura | confirmação de leitura | conferma di lettura | leesbevestiging | 已读回执 | 開封確認",
)

_AMBIGUOUS: Final = (
    "absence | absent | absente | ausente | ausencia | ausência | assenza | assente | abwesend | abwesenheit | afwezig"
    " | afwezigheid | vacation | on vacation | on leave | on holiday | annual leave | maternity leave | parental leave"
    " | sabbatical | elternzeit | congés | en congé | en congés | en vacances | de vacaciones | ferie | på ferie | semester"
    " | på semester | fravær | frånvaro | poissa | lomalla | urlop | na urlopie | dovolená | dovolenka | szabadság"
    " | szabadságon | concediu | în concediu | de férias | em férias | in ferie | отпуск | в отпуске | відпустка | у відпустці"
    " | в отпуск | одсуство | отсутствую | вне офиса | godišnji odmor | na godišnjem odmoru | odsoten | odsutan | odsotnost"
    " | odsutnost | távollét | yıllık izin | izinde | cuti | atostogos | atvaļinājums | atvalinajums | puhkusel | 不在 | 外出"
    " | 外出中 | 休假中 | 休暇中 | 휴가 중 | 휴가중 | 부재중 | 부재 중 | absència | vắng mặt | nieobecność | nieobecny | nieobecna"
    " | nepřítomen | nepřítomna | nepřítomnost | neprítomnosť | fraværende | frånvarande | fjarverandi | απουσία | σε άδεια"
    " | ooo | oof | i am away | autoresponder | auto responder | auto-responder | automated message | automatic message"
    " | automatic notification | automated response | sabbatical | unavailable until | limited access to email"
    " | ausente do escritório | read receipt | return receipt | delivery receipt | в отпуск | בחופשה | في إجازة"
    " | out of office | out of the office | autoreply | auto-reply | auto reply | autosvar | автоответ | автоответчик"
    " | automatic reply | automatic response | 自动回复 | 自動返信 | mensaje automático | messaggio automatico"
)

_TOPICS: Final = (
    "vacation | on vacation | annual leave | maternity leave | parental leave | sabbatical | elternzeit | congés | ferie"
    " | en congés | semester | urlop | dovolená | dovolenka | szabadság | concediu | отпуск | відпустка | godišnji odmor | cuti"
    " | atostogos | atvaļinājums | puhkusel | absence | ausencia | ausência | assenza | abwesenheit | automated message"
    " | automatic message | automatic notification | mensaje automático | messaggio automatico | 休暇中 | 休假中 | 휴가 중"
    " | on leave | on holiday | autoresponder | auto responder | auto-responder | автоответчик | read receipt"
    " | return receipt | delivery receipt | 外出 | 不在 | nieobecność | odsutnost | odsotnost | távollét | απουσία"
)

SUBJECTS: Final = tuple(
    sorted(
        {folded(phrase) for line in _SUBJECTS_BY_LANGUAGE for phrase in line.split(" | ")},
        key=len,
        reverse=True,
    )
)
"""How the subject of an automatic reply begins, folded, longest first."""

AMBIGUOUS_SUBJECTS: Final = frozenset(folded(phrase) for phrase in _AMBIGUOUS.split(" | "))
"""Those that a person may use as a whole subject, too."""

TOPICS: Final = frozenset(folded(phrase) for phrase in _TOPICS.split(" | "))
"""Those that a person may write about, even with a colon behind (``Vacation: days left``)."""

NAMED_ABSENCE: Final = re.compile(
    r"^auto ?: .{0,120}\b(?:out of|office|absen|abwesen|urlaub|auszer haus|ausser haus|nicht im|fuera|ausente|fuori|assente"
    r"|ferias|ferie|vacation|leave|afwezig|kantoor|semester|franvaro|poissa|nieobecn|urlop|mimo kancelar)"
    r"|\bis out of (?:the )?office\b.{0,20}\((?:returning|back|until).{0,40}\)$|^auto ?: .{0,120}\((?:returning|retour"
    r"|ruckkehr|regreso|rientro)\b|\b(?:e-?mail|message) requires verification|^(?:read|not read|gelesen|lu|leido|letto"
    r"|lida|gelezen|laest|last|przeczytano|precteno) ?: .{0,200}\b(?:receipt|bestatigung|accuse)$"
)
"""Notes and Domino name the person (``AUTO: Jane Roe is out of the office (returning 05/12)``); folded."""
