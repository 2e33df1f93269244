"""Names of header fields as mail clients print them above a quoted mail, per language.

As used by Outlook, Apple Mail, Gmail, Thunderbird, Yahoo, QQ and others, after the word lists of public reply and forward
parsers and from general knowledge. All are compared in lower case and without the colon. One word can stand in several languages; what kind it is never differs.
"""

from enum import StrEnum
from typing import Final

from inboxd.core.quoting_words import words


class FieldKind(StrEnum):
    """Which header field (RFC 5322 3.6) a printed label stands for."""

    FROM = "from"
    SENT = "sent"  # unmistakable: "Sent", "Gesendet"
    DATE = "date"  # also an everyday word: "Date", "Datum"
    TO = "to"
    CC = "cc"
    SUBJECT = "subject"
    OTHER = "other"


_FROM = """
from|von|de|da|van|od|fra|från|frá|lähettäjä|feladó|šalje|pošiljatelj|pošiljalac|expeditorul|expeditor
de la|отправитель|от|от кого|від|від кого|ад|ад каго|kimden|gönderen|saatja|kellelt|mittente|nadawca|expéditeur
remitente|remetente|afzender|absender|avsender|avsändare|afsender|sendandi|nuo|siuntėjas|sūtītājs
odosielateľ|odesílatel|од|шаље|пошиљалац|подател|изпращач|испраќач|nga|nork|igorlea|remitent|oddawca|από|αποστολέας
מאת|שולח|من|المرسل|از|فرستنده|từ|người gửi|จาก|ผู้ส่ง|dari|pengirim|daripada|प्रेषक|差出人|送信者|发件人|發件人|寄件者
寄件人|发信人|보낸사람|보낸 사람|보낸이|보내는 사람|발신자|发送人|差出人名
"""

_SENT = """
sent|sent on|gesendet|gesendet am|versendet|envoyé|envoyé le|envoyée|date d'envoi|enviado|enviado el|enviada
enviado em|enviada em|enviado a las|inviato|inviata|inviato il|verzonden|verzonden op|wysłano|wysłane|wysłany|odesláno
odoslané|odoslaná|elküldve|küldve|küldés ideje|sendt|skickat|skickades|lähetetty|trimis|trimis la|trimisă|отправлено
отправлен|отправлена|дата отправки|надіслано|відправлено|адпраўлена|gönderildi|gönderilen|gönderme tarihi|gönderim zamanı
saadetud|送信日時|送信日|发送时间|發送時間|寄件日期|傳送日期|傳送時間|发送日期|발신 날짜|보낸날짜|보낸 날짜|보낸 시간|στάλθηκε|απεστάλη
ημερομηνία αποστολής|נשלח|נשלח ב|تم الإرسال|تاريخ الإرسال|أرسلت|ارسال شده|تاریخ ارسال|poslano|poslato|poslana|послано
послато|изпратено|испратено|đã gửi|gửi|ngày gửi|ส่ง|ส่งเมื่อ|วันที่ส่ง|dikirim|terkirim|dihantar|išsiųsta|nosūtīts|sūtīts
enviat|enviat el|bidalia|sent at|date sent|message du|dërguar|भेजा गया|seolta
"""

_DATE = """
date|datum|data|fecha|dato|dátum|dată|dagsetning|päivämäärä|päiväys|дата|датум|tarih|kuupäev|日時|日付|日期|时间|時間
날짜|일시|ημερομηνία|תאריך|التاريخ|تاريخ|تاریخ|ngày|วันที่|tanggal|tarikh|datums|data e|दिनांक|date et heure|fecha y hora|dáta
"""

_TO = """
to|an|à|a|para|aan|do|til|till|vastaanottaja|címzett|prima|primatelj|primalac|komu|pre|destinatarul|destinatar|către
catre|кому|до|каму|до кого|kime|alıcı|kellele|saaja|pour|adresat|destinataire|destinatário|destinatario|empfänger
ontvanger|mottaker|modtager|mottagare|příjemce|adresát|za|prejemnik|примач|до|за|получател|получатель|одержувач|προς
παραλήπτης|אל|נמען|إلى|المستلم|به|گیرنده|đến|tới|người nhận|ถึง|ผู้รับ|kepada|untuk|penerima|kam|adresāts|saņēmējs|kas|gavėjas
nori|per a|viðtakandi|прима|宛先|收件人|收件者|받는사람|받는 사람|수신자|수신|प्रति|për
"""

_CC = """
cc|bcc|kopie|kopie (cc)|kopio|másolat|másolatot kap|kopi|dw|udw|копия|в копии|копія|kopia|kópia|kópía|bilgi|copie à|copie
copia|cópia|cco|cci|copia carbone|抄送|副本|참조|κοιν|κοιν.|κοινοποίηση|עותק|نسخة|رونوشت|สำเนา|tembusan|đồng gửi|koopia|写し|copia a
"""

_SUBJECT = """
subject|betreff|objet|sujet|asunto|assunto|oggetto|soggetto|onderwerp|temat|předmět|predmet|emne|ämne|aihe|tárgy|subiect
subiectul|тема|тэма|konu|naslov|teema|件名|主题|主題|主旨|标题|제목|θέμα|נושא|הנדון|الموضوع|موضوع|tema|temats|предмет|относно
наслов|chủ đề|tiêu đề|เรื่อง|หัวเรื่อง|perihal|subjek|subyek|hal|assumpte|gaia|efni|zadeva|विषय|subjekt|lënda|subjekti|ábhar
"""

_OTHER = """
reply-to|reply to|antwort an|répondre à|responder a|rispondi a|antwoord aan|svar til|svara till|vastaus|odpověď na
odpowiedź-do|odpowiedz do|válaszcím|odgovori na|răspuns către|ответ-кому|odpovedať-pre|yanıt adresi|кому відповісти|importance
wichtigkeit|priority|priorität|priorité|attachments|anlagen|anhänge|pièces jointes|adjuntos|datos adjuntos|bijlagen|allegati
anexos|załączniki|přílohy|vedhæftet|vedlegg|bilagor|liitteet|вложения|添付ファイル|附件|첨부파일|첨부 파일|organization|organisation
importancia|importância|priorità|belang|message-id|mailing list|resent-from|on behalf of|im auftrag von
"""


def label_kind(label: str) -> FieldKind | None:
    """Return which header field a printed label names (lower case, no colon), or None for any other word."""
    return _KINDS.get(label)


def _kinds() -> dict[str, FieldKind]:
    tables = {
        FieldKind.OTHER: _OTHER,
        FieldKind.CC: _CC,
        FieldKind.TO: _TO,
        FieldKind.DATE: _DATE,
        FieldKind.SENT: _SENT,
        FieldKind.SUBJECT: _SUBJECT,
        FieldKind.FROM: _FROM,
    }
    return {word: kind for kind, table in tables.items() for word in words(table)}


_KINDS: Final = _kinds()
