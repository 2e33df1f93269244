"""The mail of a contact form, read as its visitor's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.classify import classify
from inboxd.core.contact_form import ContactForm
from inboxd.core.form_visitor import as_visitor
from inboxd.core.mail import Bounce, Mail
from inboxd.core.parse import parse

FORM = ContactForm("forms@acme.test", address="E-mail", name="Name", text="Message")


def form_mail(body: str, sender: str = "forms@acme.test") -> Mail:
    return parse(
        f"From: {sender}\nTo: support@acme.test\nSubject: Contact\nContent-Type: text/plain; charset=utf-8\n\n{body}".encode()
    )


@pytest.mark.parametrize(
    "body",
    [
        "Name: Carla\nE-mail: carla@customer.test\nMessage: How do I export?\nAll of it?\n",
        "*NAME:*\nCarla\n\n*E-Mail:*\ncarla@customer.test\n\n*Message:*\nHow do I export?\nAll of it?\n",
        "Message\nHow do I export?\nAll of it?\n\nE-mail\tcarla@customer.test\nName\tCarla\n",
        "| Name | Carla |\n| E-mail | <carla@customer.test> |\n\nMessage:\n\nHow do I export?\nAll of it?\n",
    ],
    ids=["beside", "below", "tabs", "table"],
)
def test_the_visitor_is_found_beside_his_labels(body: str) -> None:
    """However a form sets its labels: his address and name, and his words alone."""
    mail = as_visitor(form_mail(body), (FORM,))

    assert [(one.display_name, one.addr_spec) for one in mail.reply_to] == [("Carla", "carla@customer.test")]
    assert mail.text == "How do I export?\nAll of it?"
    assert classify(mail, None, Bounce(is_bounce=False), frozenset({"support@acme.test"})).may_answer


def test_what_a_form_says_of_itself_is_not_said_of_its_visitor() -> None:
    """List fields and bulk marks of a form service do not silence us towards him; an automatic reply stays one."""
    marks = "List-Unsubscribe: <https://forms.test/u>\nPrecedence: bulk\nAuto-Submitted: {}\n"
    body = "Reply-To: carla@customer.test\nSubject: Contact\n\nHow?\n"
    raw = f"From: noreply@forms.test\nTo: support@acme.test\n{marks}{body}"
    own, forms = frozenset({"support@acme.test"}), frozenset({"noreply@forms.test"})
    for said, answered in (("auto-generated", True), ("auto-replied", False)):
        mail = parse(raw.format(said).encode())
        assert classify(mail, None, Bounce(is_bounce=False), own, "", forms).may_answer is answered
        assert not classify(mail, None, Bounce(is_bounce=False), own).may_answer


def test_a_table_keeps_labels_and_answers_apart() -> None:
    """In a mail of HTML alone the cell beside a label is its value, and the next row another."""
    rows = "".join(
        f"<tr><td><b>{label}</b></td><td>{value}</td></tr>"
        for label, value in (
            ("Name", "Carla"),
            ("E-mail", "carla@customer.test"),
            ("Message", "How?<br>Now?"),
        )
    )
    raw = f"From: forms@acme.test\nContent-Type: text/html\n\n<h1>Contact</h1><table>{rows}</table>"
    mail = as_visitor(parse(raw.encode()), (FORM,))

    assert [(one.display_name, one.addr_spec) for one in mail.reply_to] == [("Carla", "carla@customer.test")]
    assert mail.text == "How?\nNow?"


def test_another_sender_is_left_alone() -> None:
    """Who is no form chooses nobody to be."""
    mail = form_mail("E-mail: boss@acme.test\nMessage: pay\n", "eve@sand.test")

    assert as_visitor(mail, (FORM,)) is mail


def test_a_form_that_says_nothing_stays_as_it_came() -> None:
    """A person sees the whole mail where the labels are missing; a sentence that begins like one is none."""
    mail = form_mail("E-mails are fine, said nobody.\nMessages too.\n")

    assert as_visitor(mail, (FORM,)) == mail


def test_without_labels_reply_to_is_the_visitor() -> None:
    """The way of most forms needs only the sender."""
    mail = form_mail("Hello\n")

    assert as_visitor(mail, (ContactForm("forms@acme.test"),)) == mail


@given(st.text(max_size=400), st.text(min_size=1, max_size=10))
def test_reading_never_raises(body: str, label: str) -> None:
    """Whatever a form sends and whatever it calls its fields."""
    mail = form_mail(body.encode("utf-8", "replace").decode())

    as_visitor(mail, (ContactForm("forms@acme.test", label, label, label),))
