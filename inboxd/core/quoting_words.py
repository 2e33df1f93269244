"""Words with which mail clients introduce an earlier mail, per language: verbs, separators, forward prefixes.

As used by Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Zoho, QQ and others, after the word lists of public reply and
forward parsers and from general knowledge. All are compared in lower case.
"""

from typing import Final

# Verbs of attribution lines, as single words: "a écrit" ends in "écrit", "ezt írta" in "írta".
_WROTE = """
wrote|writes|said|says|sent|written|schrieb|schrieben|geschrieben|schreibt|schreef|geschreven|schrijft|skrev|følgende
följande|skriver|skrifaði|geskryf|écrit|ecrit|escribió|escribio|escrito|escribe|escreveu|escribiu|scritto|scrive|scrisse
escrit|escriure|scris|napsal|napsala|napísal|napísala|napisał|napisała|pisze|nadesłał|napisao|napisala|pisao|pisal|napisal
написал|написала|пишет|написав|написала|пише|написа|написао|напісаў|піша|rašė|parašė|rakstīja|kirjoitti|kirjutas|írta
έγραψε|έγραψαν|yazdı|shkroi|idatzi|scríobh|ysgrifennodd|כתב|כתבה|כתבו|كتب|كتبت|نوشت|نوشته|لکھا|viết|menulis|tulis
quoting|zitat|citando|citat|citerar|cite|citing
"""

# The same in scripts that put no spaces between words or marks over letters: looked for anywhere.
_WROTE_WITHIN = """
写道|寫道|写到|写了|작성|님의 메시지|쓴 글|のメール|のメッセージ|書きました|ने लिखा|लिखा|লিখেছেন|เขียนว่า|เขียน|đã viết|missatge de
"""

# First words of attributions: prepositions before a date, and days of the week that stand without comma or dot.
_OPENERS = """
am|at|cmt|cum|czw|d.|dana|den|dia|dim|dne|dni|dnia|dom|dňa|el|em|fre|fri|friday|gio|il|in|jeu|joi|jue|ke
kl|la|le|lu|lun|lör|lør|lúc|ma|man|mar|mel|mer|mi|mié|mon|monday|mån|ne|ngày|niedz|on|ons|op|pada|paz|pe
per|pi|po|pon|pt|pzt|pá|på|qua|qui|sab|sal|sam|sat|saturday|seg|sent|sex|so|sob|st|su|sun|sunday|sáb|sâm
sön|søn|tanggal|ter|th|thu|thursday|thứ|ti|tir|tis|to|tor|tue|tuesday|ut|ven|vi|vie|vào|w|wed|wednesday
wt|çar|í|în|út|þann|čt|śr|št
"""

# Who introduces a citation of his own with these is no mail client.
_PRONOUNS = """
i|you|he|she|it|they|we|this|that|which|who|du|sie|er|es|ich|ihr|wir|vous|tu|il|elle|ils|on|nous|je|usted|ustedes|él|ella
yo|você|ele|ela|lei|lui|io|u|je|jij|hij|zij|ik|ni|han|hon|hun|jag|jeg|sinä|hän|te|ty|on|ona|pan|pani|вы|ты|он|она|я
"""

_ORIGINAL_MESSAGE = """
original message|original email|original e-mail|original mail|reply message|reply separator
previous message|quoted message|ursprüngliche nachricht|ursprungliche nachricht|originalnachricht
original-nachricht|original nachricht|antwort nachricht|ursprüngliche mail|originalmail
message d'origine|message d’origine|message original|message initial|courriel original|e-mail d'origine
mail original|mensaje original|correo original|mensagem original|messaggio originale
messaggio originario|oorspronkelijk bericht|origineel bericht|oprindelig meddelelse|oprindelig besked
originalmeddelelse|opprinnelig melding|original melding|opprinnelig e-post|originalmelding
ursprungligt meddelande|originalmeddelande|ursprungligt mejl|alkuperäinen viesti|alkuperäinen sanoma
wiadomość oryginalna|oryginalna wiadomość|wiadomość pierwotna|původní zpráva|původní e-mail
pôvodná správa|pôvodný e-mail|eredeti üzenet|eredeti levél|mesaj original|mesajul original|mesaj iniţial
mesaj inițial|исходное сообщение|оригинальное сообщение|первоначальное сообщение|вихідне повідомлення
оригінальне повідомлення|початкове повідомлення|зыходнае паведамленне|orijinal mesaj|özgün ileti
özgün mesaj|asıl ileti|αρχικό μήνυμα|ההודעה המקורית|הודעה מקורית|الرسالة الأصلية|رسالة أصلية|پیام اصلی
原始邮件|原始郵件|原始信件|原邮件|原件|元のメッセージ|オリジナルメッセージ|元のメール|원본 메시지|원본 메일|원래 메시지|원본 이메일|thư gốc|tin nhắn gốc
ข้อความต้นฉบับ|pesan asli|pesan asal|mesej asal|izvorna poruka|originalna poruka|izvorno sporočilo
оригинална порука|изворна порука|оригинално съобщение|originaal kiri|algne kiri|originaalteade
pirminis laiškas|originalus laiškas|sākotnējais ziņojums|oriģinālais ziņojums|missatge original
jatorrizko mezua|mensaxe orixinal|मूल संदेश|upprunaleg skilaboð|oorspronklike boodskap|mesazhi origjinal
"""

_FORWARDED_MESSAGE = """
forwarded message|forwarded mail|forwarded by|begin forwarded message|fwd.msg|fwd msg
weitergeleitete nachricht|weitergeleitete mail|anfang der weitergeleiteten nachricht
anfang der weitergeleiteten e-mail|message transféré|message réexpédié|message transmis
début du message réexpédié|début du message transféré|mensaje reenviado|inicio del mensaje reenviado
mensagem encaminhada|mensagem reencaminhada|início da mensagem encaminhada
início da mensagem reencaminhada|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht
begin doorgestuurd bericht|videresendt meddelelse|videresendt besked|start på videresendt besked
videresendt melding|vidarebefordrat meddelande|vidarebefordrat mejl|välitetty viesti
välitetty viesti alkaa|edelleenlähetetty viesti|przekazana wiadomość|treść przekazanej wiadomości
początek przekazywanej wiadomości|wiadomość przekazana|přeposlaná zpráva|začátek přeposílané zprávy
preposlaná správa|začiatok preposlanej správy|továbbított üzenet|továbbított levél
továbbított levél kezdete|mesaj redirecționat|începe mesajul redirecționat|mesaj transmis
пересылаемое сообщение|перенаправленное сообщение|пересланное сообщение
начало переадресованного сообщения|переслане повідомлення|перенаправлене повідомлення
початок листа, що пересилається|iletilen ileti|i̇letilen i̇leti|iletilmiş mesaj|i̇letilmiş mesaj
yönlendirilmiş ileti|i̇leti başlangıcı|ileti başlangıcı|yönlendirilen mesaj|προωθημένο μήνυμα
προωθούμενο μήνυμα|הודעה שהועברה|תחילת ההודעה שהועברה|رسالة معاد توجيهها|رسالة مُعاد توجيهها
الرسالة المعاد توجيهها|پیام هدایت شده|پیام بازارسال شده|转发的邮件|转发邮件|轉寄郵件|轉寄的郵件|已轉寄的郵件|转发信息|轉寄訊息|转发的信件
転送メッセージ|転送されたメッセージ|転送メール|전달된 메시지|전달 메시지|전달된 메일|thư được chuyển tiếp|tin nhắn đã chuyển tiếp
ข้อความที่ส่งต่อ|pesan terusan|pesan yang diteruskan|mesej dimajukan|proslijeđena poruka
započni proslijeđenu poruku|prosleđena poruka|прослеђена порука|posredovano sporočilo
препратено съобщение|препратена порака|edastatud kiri|edastatud sõnum|persiųstas laiškas
pārsūtīts ziņojums|missatge reenviat|birbidalitako mezua|mensaxe reenviada|अग्रेषित संदेश
framsend skilaboð
"""

_FORWARD_PREFIXES = """
chuyển tiếp|doorst|enc|fs|fw|fw.|fwd|fwd.|i|ilt|i̇lt|nht|pd|redir|redir.|reenv|rif. inoltro|rv|tov
továbbítva|továbbítás|tr|trs|vb|videresend|vl|vs|wg|πρθ|προωθ|пересл|הועבר|إعادة توجيه|転送|轉寄|轉發|转发|전달
"""


def words(table: str) -> tuple[str, ...]:
    """Return the entries of a table: separated by ``|`` or line ends."""
    return tuple(word.strip() for line in table.splitlines() for word in line.split("|") if word.strip())


WROTE: Final = frozenset(words(_WROTE))
WROTE_WITHIN: Final = words(_WROTE_WITHIN)
OPENERS: Final = frozenset(words(_OPENERS))
PRONOUNS: Final = frozenset(words(_PRONOUNS))
ORIGINAL_MESSAGE: Final = words(_ORIGINAL_MESSAGE)
FORWARDED_MESSAGE: Final = words(_FORWARDED_MESSAGE)
FORWARD_PREFIXES: Final = frozenset(words(_FORWARD_PREFIXES))
