"""How the subjects of bounces begin, in the languages mail systems speak: data only, for ``dsn_signs``."""

from typing import Final

from inboxd.core.subject_marks import folded

_BY_LANGUAGE: Final = (
    # English.
    "undelivered mail returned to sender | undelivered mail | undeliverable | undeliverable mail",
    "undeliverable message | undelivered message | non-deliverable | nondeliverable",
    "non delivery notification | non-delivery | nondelivery | non delivery report",
    "notification of non-delivery | returned mail | returned to sender | returned email",
    "returned message | returning message to sender | return to sender | failure notice",
    "failure delivery | failure notification | delivery failure | delivery failed | delivery has failed",
    "delivery error | delivery problem | delivery delayed | delivery delay | delivery notification",
    "delivery report | delivery status notification | delivery status | delivery unsuccessful",
    "delivery incomplete | delivery attempt failed | delivery to the following recipient",
    "mail delivery failed | mail delivery failure | mail delivery error | mail delivery problem",
    "mail delivery status | mail delivery system | mail delivery unsuccessful | mail delivery warning",
    "mail delivery deferred | mail delivery delayed | mail not delivered | mail not deliverable",
    "mail could not be delivered | mail couldn't be delivered | mail undeliverable | mail system error",
    "mail failure | mail failed | mail error | mail returned | mail rejected | mail transaction failed",
    "mail warning | mailsystem error | message delivery failure | message delivery failed",
    "message delivery has been delayed | message delivery delayed | message undeliverable",
    "message could not be delivered | message not delivered | message status - undeliverable",
    "message delayed | message frozen | message rejected | message you sent blocked",
    "email delivery failure | email delivery failed | email delivery error | e-mail delivery failure",
    "e-mail delivery failed | email could not be delivered | email not delivered | email undeliverable",
    "unable to deliver | unable to deliver mail | unable to deliver your message | cannot deliver",
    "can't deliver | could not send message | couldn't deliver | could not deliver | unknown user",
    "user unknown | user not found | no such user | invalid recipient | invalid user | bad address",
    "permanent delivery failure | permanent failure | permanent fail | temporary delivery failure",
    "transient delivery failure | rejected mail | warning: could not send message | warning: message",
    "warning: mail delayed | warning - delayed mail | warning from uucp",
    "your message was not delivered | your message couldn't be delivered",
    "your message could not be delivered | your mail could not be delivered",
    "your email could not be delivered | your mail has been delayed | we couldn't deliver your message",
    "mailbox full | mailbox is full | mailbox quota | quota exceeded | over quota | address not found",
    "message blocked | recipient inbox full | status of your mail",
    "failed mail | processing error",
    # German.
    "unzustellbar | unzustellbare | nicht zustellbar | nicht zugestellt | mail unzustellbar",
    "unzustellbarkeitsbericht | nachricht unzustellbar | nachricht nicht zustellbar",
    "fehler bei der zustellung | fehler beim zustellen | zustellung fehlgeschlagen | zustellungsfehler",
    "zustellfehler | zustellbenachrichtigung | zustellung verzögert",
    "benachrichtigung zum übermittlungsstatus | benachrichtigung über den zustellungsstatus",
    "übermittlung fehlgeschlagen | übermittlung verzögert | rückläufer",
    "ihre e-mail konnte nicht zugestellt werden | ihre nachricht konnte nicht zugestellt werden",
    # French.
    "non remis | non remise | non distribué | non délivré | échec de remise | échec de la remise",
    "échec de la distribution | échec de distribution | échec de livraison | échec d'envoi",
    "échec de l'envoi | message non remis | message non distribué | message non délivré",
    "courrier non distribué | notification d'état de remise | notification d'échec",
    "notification d'état de la distribution | remise différée | remise retardée",
    "impossible de remettre | rapport de non-remise | retour à l'expéditeur",
    # Spanish.
    "no se puede entregar | no se pudo entregar | no se ha podido entregar | no entregado",
    "no entregable | mensaje no entregado | correo no entregado | correo devuelto | mensaje devuelto",
    "error de entrega | error en la entrega | entrega fallida | entrega retrasada",
    "notificación de estado de entrega | notificación del estado de entrega",
    "notificación de error de entrega | aviso de no entrega | fallo de entrega | fallo en la entrega",
    "devolución de correo",
    # Italian.
    "non recapitabile | non recapitato | mancato recapito | mancata consegna | impossibile recapitare",
    "impossibile consegnare | messaggio non recapitato | messaggio non consegnato | messaggio respinto",
    "errore di consegna | errore nella consegna | notifica di mancata consegna",
    "notifica di mancato recapito | notifica sullo stato del recapito | notifica stato consegna",
    "avviso di mancata consegna | recapito ritardato",
    # Portuguese.
    "não é possível entregar | não foi possível entregar | não entregue | não entregável",
    "mensagem não entregue | mensagem devolvida | falha na entrega | falha de entrega | falha no envio",
    "erro na entrega | entrega adiada | entrega atrasada | notificação de status de entrega",
    "notificação de estado de entrega | notificação de falha na entrega | e-mail não entregue",
    # Dutch.
    "niet te bezorgen | onbestelbaar | onbezorgbaar | niet afgeleverd | bezorging mislukt",
    "bezorging vertraagd | bezorgingsfout | melding over bezorgingsstatus | bericht niet bezorgd",
    "kan niet worden bezorgd",
    # Nordic.
    "kan ikke leveres | kunne ikke leveres | ikke leveret | leveringsfejl | leveringsfeil",
    "kan inte levereras | kunde inte levereras | gick inte att leverera | går inte att leverera",
    "kan ej levereras | olevererat | leveransfel | ei voida toimittaa | toimitus epäonnistui",
    "perille toimittaminen epäonnistui | viestiä ei voitu toimittaa | ei toimitettu",
    # Polish, Czech, Slovak, Hungarian, Romanian, Baltic, South Slavic.
    "niedostarczone | niedostarczalne | nie można dostarczyć | nie dostarczono",
    "nie udało się dostarczyć | niepowodzenie dostarczenia | błąd dostarczenia | błąd dostarczania",
    "zwrot wiadomości | powiadomienie o stanie dostarczenia | powiadomienie o stanie doręczenia",
    "nedoručitelné | nedoručitelná | nedoručená | nedoručeno | nelze doručit | chyba doručení",
    "oznámení o stavu doručení | nedoručiteľné | nedoručiteľná | nie je možné doručiť",
    "kézbesíthetetlen | kézbesítési hiba | sikertelen kézbesítés | nelivrabil | nu se poate livra",
    "nu a putut fi livrat | mesaj nelivrat | nepristatyta | nepiegādāts | neizdevās piegādāt",
    "kättetoimetamatu | nije moguće isporučiti | neisporučivo | neisporučeno | ni mogoče dostaviti",
    "nedostavljivo",
    # Russian, Ukrainian, Bulgarian, Greek, Turkish.
    "недоставлено | не доставлено | недоставленное | недоставленное сообщение | сообщение не доставлено",
    "письмо не доставлено | ваше сообщение не доставлено | не удается доставить | не удаётся доставить",
    "не удалось доставить | невозможно доставить | невозможно доставить сообщение | недоставка",
    "ошибка доставки | сбой доставки | уведомление о состоянии доставки | уведомление о недоставке",
    "доставка отложена | не вдалося доставити | неможливо доставити | недоставимо",
    "не може да бъде доставено | μη παραδοτέο | αδυναμία παράδοσης | δεν παραδόθηκε",
    "αποτυχία παράδοσης | teslim edilemedi | teslim edilemeyen | teslim edilemez | iletilemedi",
    "iletilemeyen | teslimat hatası | teslim durumu bildirimi",
    # Chinese, Japanese, Korean.
    "系统退信 | 退信 | 退信通知 | 自动退信 | 邮件被退回 | 您的邮件被退回 | 无法送达 | 无法投递 | 未送达 | 未传递 | 未传递的邮件 | 邮件发送失败 | 邮件投递失败",
    "投递失败 | 传递失败 | 傳遞失敗 | 無法傳遞 | 無法投遞 | 無法送達 | 未傳遞 | 未送達 | 退件 | 郵件傳送失敗 | 传送状态通知 | 投递状态通知 | 送达状态通知",
    "傳遞狀態通知 | 配信不能 | 配信できません | 配信に失敗 | 配信エラー | 配信失敗 | 配信遅延 | 配達不能 | 配達状況通知 | 配信状況の通知 | 配信ステータス通知",
    "送信できません | 送信エラー | 送信失敗 | エラーメール | メール配信エラー | メール配送エラー | 不達 | 未配信 | 未配達 | 배달되지 않음 | 배달할 수 없음",
    "배달 실패 | 전송 실패 | 발송 실패 | 메일 전송 실패 | 반송 | 반송 메일",
    # Arabic, Hebrew, Thai, Vietnamese, Indonesian.
    "تعذر التسليم | تعذر تسليم | لم يتم التسليم | غير قابل للتسليم | לא ניתן למסירה | לא נמסר",
    "ไม่สามารถส่ง | ส่งไม่ได้ | không thể gửi | không gửi được | tidak terkirim | tidak dapat dikirim",
    "gagal terkirim",
)

SUBJECTS: Final = tuple(folded(phrase) for line in _BY_LANGUAGE for phrase in line.split(" | "))
"""How a bounce's subject begins (after list tags such as ``[list]``), folded."""

CERTAIN_SUBJECTS: Final = (
    "undelivered mail returned to sender",
    "delivery status notification",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery system",
    "mail delivery subsystem",
    "undeliverable:",
    "returned mail:",
    "delivery failure notification",
    "nondeliverable mail",
    "warning: could not send message",
    "warning: message delayed",
    "unzustellbar:",
    "non remis :",
    "non remis:",
    "non recapitabile:",
    "onbestelbaar:",
    "no se puede entregar:",
)
"""Subjects nobody but a mail system writes; a shop's customer does write ``Delivery failed``."""
