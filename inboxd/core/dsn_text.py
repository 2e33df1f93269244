"""The words of bounces that are no RFC 3464 report: data only, for ``dsn_signs`` and ``dsn_prose``.

Sources: the message templates of Postfix, Exim, qmail, Sendmail, Courier, Exchange, Domino, GroupWise,
CommuniGate, MDaemon, IMail and James, the notices of Gmail, Yahoo, AOL, QQ, NetEase, Yandex and Mail.Ru, and
Exchange's translated non-delivery reports. All phrases are compared in lower case (``casefold``).
"""

import re
from typing import Final

DAEMON_LOCAL_PARTS: Final = frozenset(
    {
        "mailer-daemon",
        "mailerdaemon",
        "mailer_daemon",
        "mail-daemon",
        "maildaemon",
        "postmaster",
        "postmast",
        "ndr",
        "mdaemon",
        "microsoftexchange329e71ec88ae4615bbc36ab6ce41109e",
    }
)
"""Local parts that speak for a mail system, never for a person (RFC 2142 5; Exchange's fixed NDR mailbox)."""

DAEMON_NAMES: Final = re.compile(
    r"\W{0,3}(?:mail(?:er)?[ -]?daemon|mail delivery|internet mail delivery|(?:mail )?delivery (?:sub)?system|postmaster"
    r"|mail system|mail server|smtp server|delivery status notification|delivery notification|mailsystem)\b",
    re.IGNORECASE,
)
"""How the display names of mail systems begin."""

ADMINISTRATOR_NAMES: Final = re.compile(
    r"\W{0,3}(?:system administrator|mail administrator|mail system administrator|email administrator|microsoft outlook"
    r"|microsoft exchange|systemadministrator|administrateur syst[eè]me|administrador del sistema|administrador"
    r"|amministratore (?:di )?sistema|administrador do sistema|системный администратор|администратор|系统管理员|管理员"
    r"|system attendant|システム管理者|システム ?アドミニストレータ|administrator systemu|správce systému)\W{0,3}",
    re.IGNORECASE,
)
"""Display names that mail systems share with people: under one a bounce must read like one."""

RETURNED_MARKS: Final = re.compile(
    r"^[\s>*=_#-]{0,80}"
    r"(?:(?:begin(?:ning)? of )?(?:the )?(?:original|returned|unsent|undelivered|bounced|included) (?:mail|message)"
    r"|(?:below this line|below the next line)|(?:here )?(?:is|this is|included is|enclosed is) a copy of"
    r"|a copy of the original|(?:this is )?a copy of (?:the|your) (?:original )?message"
    r"|header(?:s)? of the (?:source|original)|message header(?:s)?(?: follow)?|the header of the"
    r"|start of returned message|message text follows|old message|unsent mail|the body of the message is"
    r"|the first \d{1,4} lines of (?:your|the)|original message header|message contents"
    r"|nachrichtentext|ursprüngliche nachricht|originalnachricht|kopie der nachricht|message d'origine"
    r"|en-têtes de message d'origine|ursprüngliche nachrichtenkopfzeilen|encabezados de mensajes originales"
    r"|mensaje original|messaggio originale|mensagem original|cabeçalhos de mensagem originais"
    r"|исходное (?:сообщение|письмо)|копия сообщения|oryginalna wiadomość|原邮件|原始邮件|元のメッセージ)"
    r"(?:[^\n]{0,120})$",
    re.IGNORECASE,
)
"""Lines behind which the returned mail stands in a plain text bounce."""

RECIPIENT_LABELS: Final = re.compile(
    r"(?:smtp|final-recipient|original-recipient|failed[ -]recipients?|x-failed-recipients|recipient(?:'s)? address"
    r"|recipient\(s\)|recipients?|intended recipient|undeliverable address|e-?mail address|invalid address"
    r"|bad address|address(?:ed)? to|rcpt to|error-for|sent to|deliver(?:ed|y)?(?: your| the| this)?"
    r"(?: e-?mail| mail| message)? to|undeliverable to|message (?:was )?(?:sent )?to|for user|mailbox for"
    r"|unknown user|user unknown|no such user|mailbox (?:is )?full|mailbox exceeds allowed size"
    r"|user mailbox exceeds allowed size|could not be delivered to|unable to deliver (?:message |mail )?to"
    r"|empfänger|empfängeradresse|empfaenger|zugestellt werden an|folgende adresse|destinataires?|destinatarios?"
    r"|destinatari(?:o)?|destinatário|geadresseerde|ontvanger|mottagare|modtager|mottaker|vastaanottaja"
    r"|odbiorca|odbiorcy|adresat|příjemce|príjemca|címzett|destinatar|получател[ьюяи]{1,2}|адресату?|кому"
    r"|одержувач|получател|παραλήπτη|alıcı|收件人|收信人|收件者|收件人地址|无法发送到|发送到|发送给|发往|寄给"
    r"|宛先|受信者|あて先|送信先|수신자|받는 사람|받는사람|المستلم|нמען|người nhận|penerima|ผู้รับ)"
    r"(?:\(s\)|es|s)?[\s:：=<>\"'(\[（「-]{0,6}$",
    re.IGNORECASE,
)
"""What stands directly before the address that failed."""

OTHER_LABELS: Final = re.compile(
    r"(?:\bfrom|\bsender|\bsent by|\bby|\bcontact|\bmailto|\bwrite to|\bmail to|\be-?mail to|\breply to|\breply-to"
    r"|\brespond to|\bassistance[^@\n]{0,40}|\bhelp[^@\n]{0,30}|\bquestions[^@\n]{0,40}|\bsupport|\bplease send"
    r"|\breturn-path|\bmessage-id|\bmessage id|\benvelope-from|\bnotify|\bcall|\breport[^@\n]{0,30} to"
    r"|\bexpanded from|\bgenerated from|\bverify|\bverification failed for|\babuse|\bvisit|\bforward[^@\n]{0,40} to"
    r"|\bpostmaster|\badministrator|\bsender address|\breturned to|\bwebmaster|\bcc|\breply address"
    r"|\babsender|\bvon|\bwenden sie sich[^@\n]{0,20}|\bkontakt[^@\n]{0,10}|\bexpéditeur|\bde la part de|\bcontactez"
    r"|\bremitente|\bde|\bmittente|\bda|\bremetente|\bafzender|\bvan|\bavsändare|\bfrån|\bfra|\bnadawca|\bod"
    r"|\bodesílatel|\bfeladó|\bот|отправител[ьюя]{1,2}|发件人|寄件人|发信人|请联系|联系|差出人|送信者|送信元|보낸 사람|발신자"
    r"|お問い?合わ?せ[^@\n]{0,12})"
    r"[\s:：=<\"'(\[（]{0,6}$",
    re.IGNORECASE,
)
"""What stands directly before an address that did not fail: the sender's, the help desk's, a contact's."""

LIST_INTRODUCTION: Final = re.compile(
    r"(?:recipient|address|users?\b|delivered to|deliver(?:ed|y)?\b.{0,60}\bto|undeliverable|did not reach|failed"
    r"|empfänger|adress|destinat|destinazion|indiri[zs]|direcci|endereço|geadresseerde|ontvanger|mottagare"
    r"|modtager|vastaanottaj|odbiorc|adresat|příjemc|príjemc|címzett|получател|адрес|παραλήπτ|alıcı"
    r"|收件人|收信人|收件者|地址|宛先|受信者|アドレス|수신자|받는)"
    r".{0,200}[:：]?\s*$",
    re.IGNORECASE,
)
"""A line that announces the list of addresses that failed."""

TEMPORARY: Final = re.compile(
    r"warning message only|only a warning|just a warning|do not need to re-?send|advisory-only|has been delayed"
    r"|is delayed|been delayed|delivery is delayed|delayed mail|message delayed|delivery delayed|\(delay(?:ed)?\)"
    r"|not yet been delivered|will be retried|will (?:continue|keep) (?:to )?(?:be )?(?:try|attempt|retr)"
    r"|keep trying|still trying|will be repeated|attempts? will continue|will try (?:again|to)|not yet delivered"
    r"|try (?:again )?for (?:another )?\d|delivery attempts will|transient non-fatal|temporary failure"
    r"|no action is required on your part|has been postponed|has been deferred|temporary problem delivering"
    r"|temporarily deferred|message is still in the queue"
    r"|verzögert|noch nicht zugestellt|weitere zustellversuche|wird weiterhin versuch"
    r"|retardée?|différée?|n'a pas encore|nouvelles tentatives"
    r"|retrasad[oa]|aún no se ha|todavía no se ha|seguirá intentando"
    r"|ritardat[oa]|non è ancora stat[oa]|verranno effettuati altri tentativi"
    r"|atrasad[oa]|adiad[oa]|ainda não foi|continuará tentando"
    r"|vertraagd|nog niet (?:bezorgd|afgeleverd)|försenad|forsinke[td]|viivästy"
    r"|opóźnion|nie została jeszcze|zpožděn|ещё не доставлено|еще не доставлено|отложен|задерж"
    r"|延迟|推迟|延遲|遅延|再送を試み|지연",
    re.IGNORECASE,
)
"""A report that the delivery is only late."""

PERMANENT: Final = re.compile(
    r"permanent(?:ly)? (?:error|fail|fatal)|failed permanently|permanent(?:e[rnsm]?)? (?:fehler|erreur)|giv(?:en|ing) up"
    r"|will not (?:be )?(?:retr|try)|could not be delivered (?:for|after|within) \d|delivery has failed"
    r"|fatal errors|not going to try again|queue too long|after \d{1,3} attempt|returned to sender|retry time(?:out)? exceeded|retry time not reached"
    r"|error permanente|errore permanente|erro permanente|blijvende fout",
    re.IGNORECASE,
)
"""A report that nothing more will be tried."""

NOTHING_FURTHER: Final = re.compile(
    r"\bno (?:further|more) (?:delivery )?attempts?\b|will not be retried", re.IGNORECASE
)
"""Words that hold the words of a delay, and mean the end of it."""
