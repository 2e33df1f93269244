"""Mails without any field that tells a machine: subject and first lines in many languages, machine or person."""

import pytest

from inboxd.core.classify import classify
from inboxd.core.mail import Bounce
from inboxd.core.parse import parse

MACHINES = (
    ("Automatische Antwort: Ihre Rechnung", "Ich bin bis zum 12.5. nicht im Büro."),
    (
        "Abwesenheitsnotiz",
        "Guten Tag, ich bin derzeit im Urlaub und ab Montag wieder erreichbar. In dringenden Fällen wenden Sie sich bitte an Herrn Maier.",
    ),
    ("Réponse automatique : Question", "Je suis absent du bureau jusqu'au 3 mai inclus."),
    ("Absence du bureau Re: ticket", "Bonjour, je suis actuellement en congés."),
    ("Respuesta automática: pedido", "Estaré fuera de la oficina hasta el lunes."),
    ("Fuera de la oficina: hola", "Gracias por su mensaje. Me encuentro de vacaciones."),
    ("Risposta automatica: ordine", "Sono fuori ufficio fino al 10 agosto."),
    ("Fuori sede", "Sono in ferie."),
    ("Automatisch antwoord: vraag", "Ik ben afwezig tot 4 juni."),
    ("Afwezig: Re: bestelling", "Ik ben met vakantie en heb geen toegang tot mijn mail."),
    ("Autosvar: Faktura", "Jag är på semester till den 5 augusti."),
    ("Automatiskt svar: order", "Jag är inte på kontoret."),
    ("Automatisk svar: ordre", "Jeg er ikke på kontoret før mandag."),
    ("Automaattinen vastaus: tilaus", "Olen lomalla 5.8. asti."),
    ("Poissa: Re: x", "Olen poissa toimistosta."),
    ("Odpowiedź automatyczna: zamówienie", "Jestem nieobecny w biurze do 5 maja."),
    ("Autoodpowiedź: pytanie", "Przebywam na urlopie."),
    ("Automatická odpověď: objednávka", "Jsem mimo kancelář do 3. 6."),
    ("Automatická odpoveď: otázka", "Momentálne som mimo kancelárie."),
    ("Automatikus válasz: rendelés", "Szabadságon vagyok."),
    ("Házon kívül: Re: kérdés", "Nem vagyok az irodában."),
    ("Автоответ: заказ", "Я в отпуске до 5 июня."),
    ("Автоматический ответ: вопрос", "Меня нет в офисе."),
    ("Автоматична відповідь: питання", "Я у відпустці."),
    ("Αυτόματη απάντηση: ερώτηση", "Απουσιάζω από το γραφείο."),
    ("Otomatik yanıt: sipariş", "İzindeyim."),
    ("Ofis dışında: soru", "Ofis dışındayım."),
    ("自动回复: 订单", "我正在休假，回来后会尽快回复您。"),
    ("自動回覆: 訂單", "我目前不在辦公室。"),
    ("自動応答: 注文", "現在不在にしております。"),
    ("自動返信：お問い合わせ", "お問い合わせありがとうございます。このメールは自動送信です。"),
    ("부재중 자동 응답: 주문", "휴가 중입니다."),
    ("자동 회신: 문의", "현재 자리를 비웠습니다."),
    ("رد تلقائي: طلب", "أنا خارج المكتب."),
    ("מענה אוטומטי: הזמנה", "אני לא במשרד."),
    ("Resposta automática: pedido", "Estou de férias."),
    ("Ausência temporária: pergunta", "Estou fora do escritório."),
    ("Răspuns automat: comandă", "Sunt în concediu."),
    ("Automatski odgovor: narudžba", "Nisam u uredu."),
    ("Samodejni odgovor: naročilo", "Nisem v pisarni."),
    ("Автоматичен отговор: поръчка", "В отпуск съм."),
    ("Automatinis atsakymas: užsakymas", "Atostogauju."),
    ("Automātiskā atbilde: pasūtījums", "Esmu atvaļinājumā."),
    ("Automaatvastus: tellimus", "Olen puhkusel."),
    ("Balasan otomatis: pesanan", "Saya sedang cuti."),
    ("Trả lời tự động: đơn hàng", "Tôi đang nghỉ phép."),
    ("ตอบกลับอัตโนมัติ: คำสั่งซื้อ", "ขณะนี้ฉันไม่อยู่ที่สำนักงาน"),
    ("Resposta automàtica: comanda", "Estic de vacances."),
    ("Out of Office: Re: order", "I am out of the office until Monday with limited access to email."),
    ("OOO Re: order", "I'm OOO this week. Back Monday."),
    ("Away from my mail", "I will be away from my mail until May 5 and will reply when I return."),
    (
        "Re: your message",
        "I am currently out of the office with no access to email. For urgent matters contact bob@example.org.",
    ),
    ("Maternity leave Re: order", "I am on maternity leave until January. Please contact my colleague Jane."),
    (
        "Jane Doe is no longer with Acme",
        "Jane Doe no longer works at Acme. Please direct your mail to info@acme.test. This mailbox is not monitored.",
    ),
    (
        "Thank you for contacting Foo Support",
        "This is an automated response. Your request has been received and a ticket has been created. Please do not reply to this email.",
    ),
    (
        "[Ticket #4711] Your request was received",
        "We have received your request and will get back to you within 24 hours. Ticket ID: 4711",
    ),
    (
        "Ihre Anfrage ist bei uns eingegangen [#123]",
        "Vielen Dank für Ihre Nachricht. Dies ist eine automatisch generierte E-Mail, bitte antworten Sie nicht darauf.",
    ),
    ("Nous avons bien reçu votre message", "Ceci est un message automatique, merci de ne pas y répondre."),
    (
        "Undeliverable: Order",
        "Delivery has failed to these recipients or groups: bob@x.test. The email address you entered couldn't be found.",
    ),
    (
        "Re: Order 12",
        "Hallo,\n\nvielen Dank für Ihre Mail. Ich bin vom 12.8. bis 26.8. im Urlaub. Ihre Mail wird nicht weitergeleitet. In dringenden Fällen: kollege@x.test\n\nGruß",
    ),
    ("Re: Order 12", "Hi,\n\nI've left the company. Please contact Bob at bob@x.test from now on.\n\nThanks"),
    (
        "Antwort: Rechnung",
        "Guten Tag,\nich bin zurzeit nicht im Haus. Ihre E-Mail wird nicht automatisch weitergeleitet. Ab dem 3.3. bin ich wieder für Sie da.",
    ),
    (
        "RE: Order",
        "Bonjour,\n\nJe suis actuellement absente et de retour le 4 mai. En cas d'urgence, contactez Paul.",
    ),
    (
        "RE: pedido",
        "Hola, estoy de vacaciones hasta el 3 de septiembre. Para temas urgentes contacte con Luis.",
    ),
    ("Re: ordine", "Gentile cliente, sarò assente fino al 20 agosto. Per urgenze rivolgersi a Mario."),
    (
        "Re: zamówienie",
        "Dzień dobry, jestem na urlopie do 12 maja. W sprawach pilnych proszę o kontakt z Anną.",
    ),
    ("Re: заказ", "Здравствуйте! Я в отпуске до 5 июня. По срочным вопросам обращайтесь к Ивану."),
    ("Re: 订单", "您好，我正在休假，5月6日回来。如有急事请联系张三 13800000000。"),
    (
        "Re: 注文",
        "お世話になっております。5月3日まで休暇をいただいております。お急ぎの場合は代理の田中までご連絡ください。",
    ),
    (
        "We got your message",
        "Hi there,\n\nThanks for reaching out! We've received your message and a member of our team will reply within one business day.\n\nThe Foo team",
    ),
    (
        "Thanks for contacting us",
        "Thank you for your email. We aim to respond to all enquiries within 48 hours. If your matter is urgent please call 0123.",
    ),
    (
        "Danke für Ihre Nachricht",
        "Guten Tag,\n\nwir haben Ihre Nachricht erhalten und melden uns in Kürze bei Ihnen.\n\nIhr Team",
    ),
    (
        "Accusé de réception",
        "Bonjour, votre demande a bien été prise en compte. Nous vous répondrons dans les meilleurs délais. Ceci est un message automatique.",
    ),
    (
        "Your request (#12345)",
        "Your request (12345) has been received and is being reviewed by our support staff. To add additional comments, reply to this email.",
    ),
    (
        "[Support] #998 received",
        "##- Please type your reply above this line -##\n\nYour request (998) has been received and is being reviewed by our support staff.",
    ),
    (
        "Case 00012345 created",
        "A new case has been created on your behalf: 00012345. Please use this number in the subject of further mails.",
    ),
    ("Mailbox closed", "This email address is no longer in use. Please write to info@x.test instead."),
)

PEOPLE = (
    ("Out of office hours support?", "Hi, do you offer support out of office hours? We are in Australia."),
    (
        "Automatic reply not working",
        "Hello, the automatic reply feature in your app does not work for me. How do I turn it on?",
    ),
    ("Re: Automatic reply: order", "Thanks, I saw you are away, please call me when back."),
    ("Vacation booking question", "Hi, I want to book a vacation in May, are there rooms?"),
    (
        "I am on vacation and cannot log in",
        "I am on vacation until Sunday and can't log in from Spain. Can you help?",
    ),
    ("Abwesenheitsnotiz einrichten", "Wie richte ich in Ihrer Software eine Abwesenheitsnotiz ein?"),
    ("自动回复怎么设置？", "你好，请问怎么设置自动回复？"),
    (
        "delivery failure of my parcel",
        "My parcel could not be delivered, the courier said delivery failed. What now?",
    ),
    ("Undelivered order", "My order 123 was undelivered. Please refund."),
    (
        "Mail delivery failed when I write to sales@",
        "When I write to sales@yourco.test I get 'Mail delivery failed'. What is wrong?",
    ),
    (
        "Réponse automatique ne marche pas",
        "Bonjour, la réponse automatique ne fonctionne pas dans votre logiciel.",
    ),
    (
        "Question",
        "Ich war letzte Woche im Urlaub und habe Ihre Mail nicht gesehen. Können Sie die Rechnung nochmals senden?",
    ),
    ("Re: Rechnung", "Sorry for the late reply, I was out of the office. Yes please go on with the order."),
    ("no longer with us", "My father passed away and is no longer with us. How do I close his account?"),
    (
        "Please do not reply to all",
        "Hi, I have a question on invoice 5. Please do not reply to my old address.",
    ),
    ("Ticket received?", "Did you receive my ticket from last week? I got an automated response only."),
    ("Contact form", "Name: Jane\nEmail: jane@x.test\nMessage: I cannot log in."),
    (
        "Email address change",
        "Hi, my email address has changed. Please use new@x.test from now on and update my account.",
    ),
    (
        "Re: ticket",
        "I am away until Monday but please go ahead with the refund, I will check then. Do you need my IBAN?",
    ),
    (
        "Re: your question",
        "Hi, I'm travelling until Friday with limited access, will send the log files when I'm back. Cheers, Tom",
    ),
    ("Re: invoice", "Danke! Ich bin bis Freitag im Urlaub und schicke die Daten danach."),
    (
        "Order received damaged",
        "We have received your parcel but it was damaged. Please send a new one as soon as possible.",
    ),
    (
        "Ticket",
        "I have received your ticket number but nobody answered within 3 days! Please reply as soon as possible.",
    ),
    ("Jane left", "Jane Doe has left our company. Please change the account owner to me, bob@x.test."),
    ("Change of contact", "Our colleague Jane no longer works here, please send the invoices to bob@x.test."),
    (
        "Automated message from your system",
        "Your system keeps sending me automated messages. Please stop it.",
    ),
    (
        "Do not reply address",
        "Why do you send from a do not reply address? I could not answer your invoice mail.",
    ),
    (
        "Delivery Status Notification question",
        "Hi, I get a 'Delivery Status Notification (Failure)' when I mail you. Why?",
    ),
    (
        "Undeliverable: what does it mean?",
        "I get a mail with this subject whenever I write to you. What does it mean?",
    ),
    ("Absence management feature", "Does your tool have absence management? We are 20 people."),
    ("Urlaub", "Guten Tag, wie trage ich in Ihrer App Urlaub ein?"),
    ("休假申请", "你好，请问如何在系统里提交休假申请？"),
    ("不在通知の設定方法", "不在通知の設定方法を教えてください。"),
    ("Autorespuesta no funciona", "Hola, la autorespuesta no funciona en mi cuenta. ¿Qué hago?"),
)


@pytest.mark.parametrize(("subject", "text"), MACHINES)
def test_a_machine_without_header_fields_is_known_by_its_words(subject: str, text: str) -> None:
    """Nothing automatic is sent to an absence note, a receipt or a closed mailbox that no field announces."""
    assert not may_answer(subject, text)


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_a_person_who_writes_about_such_mail_is_a_person(subject: str, text: str) -> None:
    """Who asks about absence notes, reports or tickets in his own words is answered like everybody."""
    assert may_answer(subject, text)


def may_answer(subject: str, text: str) -> bool:
    """Return what classify says of a mail with nothing but this subject and text."""
    mail = parse(f"From: Anna <anna@kunde.test>\r\nSubject: {subject}\r\n\r\n{text}".encode())
    return classify(mail, None, Bounce(is_bounce=False)).may_answer
