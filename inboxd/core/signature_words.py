"""Words of signatures that programs add: "Sent from my iPhone" in many languages, mailing list footers, disclaimers."""

import re
from typing import Final

_DEVICE: Final = (
    r"iphon|ipad|ipod|\bios\b|android|samsung|galaxy|blackberry|huawei|xiaomi|redmi|oneplus|\bpixel\b|nokia|lumia|windows"
    r"|\bsony\b|xperia|\bhtc\b|motorola|\boppo\b|\bvivo\b|\bwiko\b|smartphone|\bmobil|\bhandy\b|mobilgerät|\bphone\b|telefon|teléfono|téléphone"
    r"|\bcelular|tablet|outlook|yahoo|gmail|proton|\bmail\.ru|yandex|k-9|\bk9\b|thunderbird|airmail|\bspark\b|mailbird|sparrow"
    r"|typeapp|blue ?mail|aqua ?mail|\bedison|newton mail|fastmail|tutanota|\btuta\b|\bzoho|mailspring|superhuman|missive"
    r"|\bcanary\b|polymail|\bnine\b|postbox|mymail|\bgmx\b|web\.de|freenet|\baol\b|icloud|apple|macbook|acompli|webmail"
    r"|roundcube|commcentral|puhelim|laite|мобильн|мобільн|телефон|айфон|андроид|почт|пошт|κινητό|נייד|هاتف|جوال|الآيفون|گوشی|تلفن"
    r"|手机|手機|邮箱|郵箱|携帯|スマートフォン|スマホ|휴대|스마트폰|네이버|naver|daum|foxmail|网易|網易|điện thoại|มือถือ|โทรศัพท์|ponsel|pametn|mobitel"
)
_SENT_WITH: Final = (
    r"sent (?:from|via|with|by|using|through)|from my|gesendet (?:von|mit|über|aus|via)|diese nachricht wurde|von mein\w{1,3}\b|"
    r"envoyé(?:e)? (?:de|depuis|à partir|avec|via|par|du)|(?:enviado|enviada|enviat) (?:desde|con|por|a través|a partir|pelo|pela|do|da|com|de|des|via|vía)|"
    r"inviat[oa] (?:da|dal|dall['’]|con|tramite|via)|(?:verzonden|verstuurd) (?:vanaf|met|via|vanuit|van)|sendt (?:fra|via|med)|"
    r"skickat (?:från|via|med)|skickades från|från min|lähetetty|wysłan[oey] (?:z|ze|za)|odesláno (?:z|ze|pomocí)|odoslané (?:z|zo|pomocou)|"
    r"(?:el)?küldve|trimis (?:de|din|cu)|отправлен[оа] (?:с|со|из|через|от)|надіслано (?:з|із|за|через)|відправлено (?:з|із|за|через)|изпратено (?:от|с|чрез)|"
    r"послано (?:са|с|од)|послато (?:са|с|од)|poslan[oa] (?:s|sa|z|iz|od)|poslato (?:s|sa|iz|od)|στάλθηκε (?:από|μέσω)|εστάλη από|נשלח (?:מ|באמצעות)|נשלחה מ|"
    r"(?:أُرسلت|أرسلت|أُرسل|مرسل|مُرسل|تم الإرسال|أرسل) (?:من|بواسطة|عبر)|(?:ارسال|فرستاده) شده (?:از|با)|发自|發自|来自我的|來自我的|從我的|从我的|通过|"
    r"(?:được |đã )?gửi (?:từ|bằng)|ส่งจาก|ส่งโดย|di(?:kirim|hantar) (?:dari|daripada|menggunakan)|saadetud|išsiųsta iš|nosūtīts no|sūtīts no|"
    r"get \S{1,20}(?: mail)? for|hol(?:en)? (?:dir|sie) outlook|laden sie outlook|outlook für|obten(?:ez|ir) outlook|télécharge[rz] outlook|obt(?:ener|én|er) (?:o )?outlook|baixar o? ?outlook|"
    r"scarica outlook|ottieni outlook|outlook voor|download outlook|hent outlook|få outlook|skaff (?:deg )?outlook|hämta outlook|hanki outlook|lataa outlook|pobierz outlook|uzyskaj|"
    r"získa[tť] (?:aplikaci )?outlook|stáhnout outlook|obțineți outlook|скачать outlook|получи(?:ть|те) outlook|отримати outlook|outlook (?:for|pour|para|per)|αποκτήστε το outlook|获取|獲取|取得 outlook|下载|קבל את"
)
_ENDS_SENT: Final = r"gesendet|göndeildi|gönderildi|küldve|bidalia|送信|から送信|からの送信|で送信|を入手|보냄|보낸 메일|보내드립니다|에서 보낸 편지|发送|傳送|downloaden|herunterladen|beziehen|edinin|beszerzése|boîte mail"
_MY: Final = r"(?:\bmy|mein\w{1,2}|\bmon|\bma|\bmi|\bmeu|\bminha|\bmio|\bmia|\bmijn|\bmin|\bmit|\bmoj\w{0,3}|\bmého|\bmôjho|\bmojho|\bmoje\w{0,2}|моего|моєї|мого|μου|我的|私の)"

_STARTS: Final = re.compile(rf"[\W_]{{0,6}}(?:{_SENT_WITH})", re.IGNORECASE)
_ENDS: Final = re.compile(rf"(?:{_ENDS_SENT})[\W_]{{0,6}}$", re.IGNORECASE)
_HAS_DEVICE: Final = re.compile(_DEVICE, re.IGNORECASE)
_HAS_MY: Final = re.compile(_MY, re.IGNORECASE)
_LINK: Final = re.compile(
    r"[<(\[]{1,2}(?:https?:|mailto:|www\.)[^\s>)\]]{1,500}[>)\]]{1,2}|https?://\S{1,500}"
)
_PROSE: Final = re.compile(r"[,;:!?，；：！？][ ]?\S|[.。]\s\S")
_LENGTH: Final = 80
_WORDS: Final = 9

LIST_FOOTER: Final = re.compile(
    r"mailing list|mailman/listinfo|mailinglist|liste de diffusion|lista de correo|to unsubscribe|unsubscribe from|listinfo"
    r"|you received this message because you are subscribed|groups\.google\.com|view it on github|reply to this email directly",
    re.IGNORECASE,
)

DISCLAIMER_HEADING: Final = re.compile(
    r"[\W_]{0,6}(?:(?:legal |e-?mail |important )?disclaimer|confidential(?:ity)?(?: notice| note| statement| warning)|privileged (?:and|&) confidential"
    r"|important (?:notice|information)|legal notice|haftungsausschluss|vertraulichkeitshinweis|rechtlicher hinweis|avis de confidentialité|avertissement"
    r"|aviso (?:legal|de confidencialidad|de confidencialidade)|avviso di riservatezza|nota di riservatezza|klauzula poufności|免责声明|免責聲明|保密声明|免責事項)",
    re.IGNORECASE,
)

# Each line holds what one idea of a disclaimer is called, as parts of words in lower case: secrecy, privilege,
# who it is for, by mistake, tell us, delete it, forbidden, copying.
_DISCLAIMER_CUES = """
confidenti|confidenci|confidenz|konfiden|confidentiel|vertraulich|vertrouwelijk|riservat|fortroli|luottamuksell|poufn|důvěrn|dôvern|bizalmas|конфиденциальн|конфіденційн|εμπιστευτικ|gizli|סודי|سري|محرمانه|保密|机密|機密|秘密|기밀|bảo mật|rahasia
privileged|legally protected|rechtlich geschützt|secret professionnel|secreto profesional|segredo|juridisch|chronion|охраняем
intended only|intended solely|intended recipient|intended for|addressee|sole use|exclusive use|adressat|bestimmt|bestemd|geadresseerde|destinatari|destinatári|destinataire|usage exclusif|mottaker|mottagare|modtager|vastaanottaja|adresat|určen|címzett|destinatar|получател|адресат|одержувач|παραλήπτ|alıcı|נמען|المرسل إليه|收件人|受信者|수신자
in error|by error|by mistake|irrtümlich|versehentlich|par erreur|por error|por erro|por engano|por equivocación|per errore|ten onrechte|abusievelijk|per vergissing|feilaktig|felaktig|ved en fejl|virheellisesti|omyłkow|omylem|tévedés|din eroare|din greșeală|по ошибке|помилково|κατά λάθος|yanlışlıkla|בטעות|عن طريق الخطأ|误|誤|실수|nhầm
notify|inform the|inform us|contact the sender|return email|return e-mail|informieren sie|benachrichtigen|prévenir|avertir|notifi|avvis|informe |waarschuw|underrätt|varsle|powiadom|informujte|értesít|сообщите|уведом|повідом|通知|联系|聯絡|連絡
delete|destroy|löschen|vernichten|détrui|supprim|elimin|borr|destru|apag|cancell|distrugg|verwijder|vernietig|slett|radera|slet |poista|usun|smaž|vymaž|töröl|șterge|удал|видал|διαγράψ|silin|silme|מחק|حذف|删除|刪除|削除|破棄|삭제|xóa
unauthoris|unauthoriz|prohibited|unbefugt|nicht gestattet|untersagt|interdit|prohibid|proibid|vietat|verboden|forbudt|förbjud|kiellet|zabron|zakázán|tilos|interzis|запрещ|заборон|απαγορεύ|yasak|אסור|禁止|금지
dissemination|distribution|disclosure|copying|weitergabe|vervielfältig|diffusion|divulg|copia|verspreid|openbaarmaking|rozpowszech|šíření|распростран|копиров|转发|複製|复制|転載
"""

_CUES: Final = tuple(tuple(line.split("|")) for line in _DISCLAIMER_CUES.strip().splitlines())
_ASCII_CUES: Final = tuple(tuple(filter(str.isascii, cues)) for cues in _CUES)


def count_legal_cues(text: str) -> int:
    """Return how many different ideas of a disclaimer the text names, 0 to 8."""
    folded = text.casefold()
    return sum(any(map(folded.__contains__, cues)) for cues in (_ASCII_CUES if folded.isascii() else _CUES))


def is_mobile_signature(bare: str) -> bool:
    """Return True for a line a program added: "Sent from my iPhone", "Get Outlook for Android", in many languages.

    A sentence that only begins that way ("Sent from my desk, which …") is none.
    """
    text = _LINK.sub("", bare[: 4 * _LENGTH]).strip(" *_-<>()[]\t")
    if not text or len(text) > _LENGTH:
        return False
    if not (_STARTS.match(text) or _ENDS.search(text)):
        return False
    device = _HAS_DEVICE.search(text)
    prose = _PROSE.search(text)
    if prose is not None and (device is None or prose.start() < device.start()):
        return False
    return device is not None or (_HAS_MY.search(text) is not None and len(text.split()) <= _WORDS)
