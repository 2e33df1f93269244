import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.knowledge.question import mask, read_question

MAIL = """Hello team,

I hope this email finds you well. My name is Laura and I am new here.
How can I change the delivery address?
My order number is #48213. I placed the order (48213) last Tuesday.
We are a small team of five people in Leeds.
Please get back to me as soon as possible.

Kind regards,
Laura Smith
Marketing Manager | Northwind Ltd
Tel: +44 20 7946 0706

CONFIDENTIALITY NOTICE: This e-mail is confidential. If you have received this message in error, delete it.
"""


def test_keeps_the_question_of_a_polite_mail_only() -> None:
    """Greeting, courtesy, context, order numbers, sign-off and disclaimer are no part of the question."""
    assert read_question("Customer inquiry", MAIL).sentences == ("How can I change the delivery address?",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Sehr geehrte Damen und Herren,\n\nich heiße Jan. Wie kündige ich mein Abo?\nVielen Dank im Voraus!\n\nMit freundlichen Grüßen\nJan", "Wie kündige ich mein Abo?"),
        ("Bonjour,\n\nj'ai une petite question. Comment résilier mon abonnement ?\nMerci d'avance.\n\nCordialement,\nAnne", "Comment résilier mon abonnement ?"),
        ("您好，\n\n如何更换电池？\n谢谢！\n\n此致\n敬礼\n王芳", "如何更换电池？"),
        ("Hola,\n\n¿Cómo cambio mi contraseña?\nMuchas gracias.\n\nSaludos\nAna", "¿Cómo cambio mi contraseña?"),
    ],
)  # fmt: skip
def test_knows_the_courtesies_of_other_languages(text: str, sentence: str) -> None:
    """German, French, Chinese and Spanish mails are stripped to their question, too."""
    assert read_question("", text).sentences == (sentence,)


def test_several_sentences_are_several_units() -> None:
    """Every sentence, every neighbouring pair, the subject and the whole are compared by themselves."""
    question = read_question("Login broken", "The app is slow. It shows error X. What now?")
    assert set(question.sentences) == {"The app is slow.", "It shows error X.", "What now?"}
    assert "The app is slow. It shows error X." in question.units
    assert "Login broken" in question.units
    assert question.whole in question.units
    assert question.asked == ("What now?",)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Where are my invoices, and how do I pay them?", ("Where are my invoices?", "how do I pay them?")),
        ("Was kostet der Versand und wann kommt es an?", ("Was kostet der Versand?", "wann kommt es an?")),
        ("Où est ma facture et comment la payer ?", ("Où est ma facture?", "comment la payer ?")),
        ("¿Dónde está mi factura y cómo la pago?", ("¿Dónde está mi factura?", "cómo la pago?")),
    ],
)
def test_two_questions_in_one_sentence_are_two(text: str, asked: tuple[str, ...]) -> None:
    """Who joins two questions by "and" asks two things: answering one of them would leave the other."""
    assert read_question("", text).asked == asked


@pytest.mark.parametrize(
    "text",
    ["How and where can I pay?", "How do I export and import?", "I want to know when and how it ends."],
)
def test_one_question_stays_one(text: str) -> None:
    """An "and" within a question takes nothing apart."""
    assert read_question("", text).sentences == (text,)


@pytest.mark.parametrize(
    "subject", ["", "Re: Your request", "Question", "Order 4711", "[Acme #12] Hello", "咨询", "AW: Frage"]
)
def test_subjects_that_say_nothing_are_left_out(subject: str) -> None:
    """A contact form's subject is no unit."""
    assert read_question(subject, "Where is my parcel?").units == ("Where is my parcel?",)


def test_a_failure_told_like_context_is_kept() -> None:
    """What was tried and went wrong is the question."""
    question = read_question("", "Hi,\nI tried to make a transfer and it was declined. Why?")
    assert question.sentences[0] == "I tried to make a transfer and it was declined."


def test_a_mail_of_courtesies_is_not_empty() -> None:
    """Where there is nothing else, the courtesy is what was said."""
    assert read_question("", "Thank you very much!").sentences == ("Thank you very much!",)


def test_wrapped_lines_are_joined() -> None:
    """A sentence broken over two lines of a text mail is one sentence."""
    text = "I would like to know how I can move all of my data from the old\naccount to the new one"
    assert len(read_question("", text).sentences) == 1


def test_masks_who_and_which() -> None:
    """Links, addresses and numbers are left out, small numbers stay."""
    text = "see https://x.example/a?b and a.b@c.example, order #12-34, call +44 20 7946 0706, version 3.7 of 12345"
    assert mask(text) == "see and , order , call , version 3.7 of"


@given(st.text(max_size=120), st.text(max_size=400))
def test_never_raises_and_units_are_distinct(subject: str, text: str) -> None:
    """Whatever is written, it is read; no unit is compared twice."""
    units = read_question(subject, text).units
    assert len(units) == len(set(units))


@pytest.mark.parametrize(
    "piece",
    [
        "hello, ",
        "a" * 50 + " ",
        "thanks ",
        "- ",
        "(1" * 3,
        "dear " * 3,
        "\n",
        "。",
        "我" * 10,
        "please let me know ",
    ],
)
def test_hostile_length_is_read_in_no_time(piece: str) -> None:
    """A mail without end takes no longer than its beginning."""
    started = time.process_time()
    read_question(piece * 5_000, piece * 50_000)
    assert time.process_time() - started < 1.0
