"""What a contact form sends, from its arrival to the answer its visitor gets."""

from dataclasses import replace
from typing import Any

from inboxd.core.contact_form import ContactForm

FORM = ContactForm("forms@acme.test", address="E-mail", name="Name", text="Message")
BODY = "Name: Carla\nE-mail: carla@customer.test\nMessage: How do I export?\n"


def fills_in(stage: Any, mail: Any, body: str = BODY) -> None:
    stage.configure(intake=replace(stage.desk.config.intake, forms=(FORM,)))
    stage.take(mail(body, from_="Forms <forms@acme.test>", subject="Contact"))


def test_the_visitor_is_the_customer(lite_stage: Any, mail: Any) -> None:
    """He gets the receipt and the answer, and nobody else; what he wrote is what the operator sees."""
    fills_in(lite_stage, mail)

    (receipt,) = lite_stage.written("acknowledgement")
    assert receipt.queued.recipients == ("carla@customer.test",)
    (told, *_) = lite_stage.written("notification")
    assert "How do I export?" in told.mail.text
    lite_stage.reply(told, "In Settings.", submitter="ada@acme.test")
    (answer,) = lite_stage.written("relay")
    assert answer.queued.recipients == ("carla@customer.test",)


def test_his_reply_is_his(lite_stage: Any, mail: Any) -> None:
    """What he answers from his own mailbox joins the ticket he began on the page."""
    fills_in(lite_stage, mail)
    (receipt,) = lite_stage.written("acknowledgement")

    lite_stage.reply(receipt, "And my invoices?", from_="carla@customer.test")

    assert len(lite_stage.tickets) == 1


def test_nobody_becomes_an_operator_by_a_form(lite_stage: Any, mail: Any) -> None:
    """Whoever fills in an operator's address commands nothing by it."""
    fills_in(
        lite_stage, mail, "Name: Ada\nE-mail: ada@acme.test\nMessage: #12 solved\n#away until 2026-12-01\n"
    )

    assert lite_stage.written("result") == []
    assert lite_stage.events("commanded") == []
