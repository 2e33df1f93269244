"""Automatic replies whose header is silent."""

import time

import pytest

from inboxd.core.automatic_text import looks_like_automatic_reply

SUBJECTS = [
    "Automatic reply: Ticket 12",
    "Out of Office: Ticket 12",
    "Out of Office AutoReply: Ticket 12",
    "Auto Response: hello",
    "[Auto-Reply] hello",
    "Abwesenheitsnotiz: Anfrage",
    "Automatische Antwort: Anfrage",
    "Automatisch antwoord: vraag",
    "Afwezig: vraag",
    "Réponse automatique : question",
    "Absence du bureau : question",
    "Respuesta automática: pregunta",
    "Fuera de la oficina: pregunta",
    "Risposta automatica: domanda",
    "Fuori sede: domanda",
    "Resposta automática: pergunta",
    "Autosvar: fråga",
    "Automatiskt svar: fråga",
    "Frånvaro: fråga",
    "Automatisk svar: spørgsmål",
    "Automaattinen vastaus: kysymys",
    "Odpowiedź automatyczna: pytanie",
    "Odpowiedz automatyczna: pytanie",
    "Automatická odpověď: dotaz",
    "Automatická odpoveď: otázka",
    "Automatikus válasz: kérdés",
    "Răspuns automat: întrebare",
    "Automatski odgovor: pitanje",
    "Samodejni odgovor: vprašanje",
    "Автоматический ответ: вопрос",
    "Автоматична відповідь: питання",
    "Автоматичен отговор: въпрос",
    "Αυτόματη απάντηση: ερώτηση",
    "Otomatik Yanıt: soru",
    "Automātiskā atbilde: jautājums",
    "Automatinis atsakymas: klausimas",
    "Automaatvastus: küsimus",
    "自动回复: 问题",
    "自動回覆：問題",
    "自動応答: 質問",
    "자동 회신: 질문",
    "رد تلقائي: سؤال",
    "מענה אוטומטי: שאלה",
    "Trả lời tự động: câu hỏi",
    "Balasan Otomatis: pertanyaan",
    "การตอบกลับอัตโนมัติ: คำถาม",
]

NOTES = [
    "This is an automatic reply. I read mail on Tuesdays.",
    "Hello,\n\nthis is an automated response to your e-mail.",
    "Thank you for your email. I am currently out of the office and will be back on Monday.",
    "I am on annual leave until 4 May. In urgent cases please contact my colleague.",
    "Vielen Dank für Ihre Nachricht. Ich bin derzeit im Urlaub und ab dem 12.5. wieder erreichbar.",
    "Dies ist eine automatisch erstellte Antwort.",
    "Bonjour,\n\nJe suis absente du bureau jusqu'au 4 mai. En cas d'urgence, veuillez contacter Paul.",
    "Estoy fuera de la oficina hasta el 4 de mayo. Para asuntos urgentes contactar con Paul.",
    "Salve, sono in ferie fino al 5 maggio. Per urgenze contattare Paolo.",
    "Obrigado pelo seu email. Estarei de férias até o dia 4. Em caso urgente contacte Paulo.",
    "Hallo, ik ben afwezig tot en met 4 mei. Voor dringende zaken kunt u contact opnemen met Piet.",
    "Hej! Jag är på semester till och med 4 maj. Kontakta Sven i brådskande ärenden.",
    "Hei, olen lomalla 4.5. asti. Kiireellisissä asioissa ota yhteyttä Mattiin.",
    "Jestem na urlopie do dnia 4 maja. W pilnych sprawach proszę o kontakt z Anną.",
    "Jsem na dovolené do 4.5. V naléhavých případech kontaktujte Petra.",
    "Szabadságon vagyok május 4-ig. Sürgős esetben forduljon Péterhez.",
    "Sunt în concediu până la 4 mai. Pentru urgențe contactați pe Ion.",
    "Здравствуйте! Я в отпуске до 5 мая. По срочным вопросам обращайтесь к Ивану.",
    "4 Mayıs tarihine kadar izindeyim. Acil durumlarda lütfen Ali ile görüşün.",
    "您好，我正在休假，5月4日返回。紧急事情请联系王先生。",
    "休暇のため5月4日まで不在にしております。お急ぎの場合は田中までご連絡ください。",
    "5월 4일까지 휴가입니다. 급한 용무는 김 과장에게 연락 주세요.",
]

RECEIPTS = [
    "We have received your request and will answer within 24 hours. Your ticket number is 123.",
    "Sehr geehrte Damen und Herren,\nwir haben Ihre Anfrage erhalten und melden uns so schnell wie möglich.",
    "Bonjour, nous avons bien reçu votre demande et vous répondrons dans les plus brefs délais.",
    "Your message\n\n To: x\n Subject: y\n\nwas read on 4 May 2024",
]

PEOPLE = [
    ("Out of office hours support?", "Do you offer support out of office hours?"),
    ("Re: Automatic reply: my order", "Thanks, but I still need an answer."),
    (
        "Fwd: Automatic reply: hello",
        "See below.\n\nI am out of office until 3 May. In urgent cases contact Bob.",
    ),
    ("Automatic reply to customers does not work", "Since Monday the automatic reply is not sent."),
    ("Automatic replies are broken", "They are."),
    ("Out of office message not sent", "My out of office is not sent to external people."),
    ("Vacation", "I will be on vacation from 3 to 5 May, can we move the appointment?"),
    ("Vacation: days left", "The app shows the wrong number of days."),
    ("Problem", "I am out of the office until Monday. Please call me on my mobile, thanks for your help"),
    ("Urlaub", "Ich bin ab Montag im Urlaub. Können Sie die Lieferung verschieben?"),
    ("Absence of documentation", "The docs lack a page"),
    ("不在着信", "先ほどお電話をいただいたようですが"),
    ("外出先からの接続", "外出先から接続できません。"),
    ("自动回复设置", "请问怎么设置自动回复?"),
    ("Отпуск", "Я буду в отпуске с 3 мая, можно ли перенести встречу?"),
    ("Re: your ticket", "This is an automated reply? Really? Please give me a human."),
    ("Re: your ticket", "No.\n\n> This is an automatic reply. I am away until Monday, contact Bob."),
    ("Auto-reply feature", "Please add it."),
    ("Re: Ticket 12", "Thanks for your help. I am away until Monday and will get back to you then."),
    ("AW: Ticket 12", "Danke für Ihre Nachricht. Ich bin bis Freitag im Urlaub und teste es danach."),
    (
        "Re: Ticket 12",
        "I received your mail but the attachment was missing. Please resend it as soon as possible.",
    ),
    ("Invoice", "We have received your invoice and will pay it next week."),
    ("Fwd: x", "This is an automatic reply. I am away."),
    ("AUTO: Motor startet nicht", "Das Auto startet nicht."),
    ("ooops", "it broke"),
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_localised_prefixes_are_enough(subject: str) -> None:
    """What mail systems put before the subject they answer proves a machine, in every language they speak."""
    assert looks_like_automatic_reply(subject, "x", in_reply=True)


@pytest.mark.parametrize("note", NOTES)
def test_absence_notes_below_an_ordinary_subject_are_seen(note: str) -> None:
    """Responders that only put ``Re:`` before the subject are known by what they say."""
    assert looks_like_automatic_reply("Re: Ticket 12", note, in_reply=False)


@pytest.mark.parametrize("text", RECEIPTS)
def test_receipts_of_other_desks_are_seen(text: str) -> None:
    """Two desks that thank each other would never end."""
    assert looks_like_automatic_reply("Your mail", text, in_reply=False)


@pytest.mark.parametrize(
    "subject",
    [
        "AUTO: Jane Roe is out of the office (returning 05/12/2024)",
        "Jane Roe is out of the office. (Returning Mon)",
    ],
)
def test_notes_that_name_the_person_are_seen(subject: str) -> None:
    """Notes and Domino put the name first."""
    assert looks_like_automatic_reply(subject, "x", in_reply=False)


@pytest.mark.parametrize(("subject", "text"), PEOPLE)
def test_people_who_write_of_such_things_stay_people(subject: str, text: str) -> None:
    """Asking about automatic replies, answering one, forwarding one or going on holiday is human."""
    assert looks_like_automatic_reply(subject, text, in_reply=False) == ""


def test_a_bare_ambiguous_subject_needs_a_note() -> None:
    """``Out of office`` alone may be a question; with a note below it is none."""
    note = "I am out of the office until 5 May with limited access to e-mail."
    assert looks_like_automatic_reply("Out of office", note, in_reply=False)
    assert not looks_like_automatic_reply("Out of office", "Where do I switch it on", in_reply=False)


@pytest.mark.parametrize(
    "text", ["im urlaub bis " * 50_000, "\n" * 500_000, "this is an automatic\n" * 20_000]
)
def test_long_texts_are_quick(text: str) -> None:
    """Only the beginning is read."""
    start = time.perf_counter()
    looks_like_automatic_reply("Re: " * 10_000, text, in_reply=True)
    assert time.perf_counter() - start < 0.5
