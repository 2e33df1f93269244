"""Which language a customer is answered in, from his mail to ours."""

from typing import Any

from inboxd.store import customers
from inboxd.store.engine import read

ANSWERS = """
[[rule]]
name = "everybody is answered"
why = "as a desk does"
on = ["ticket.created", "customer.replied"]
then.reply = "acknowledgement"
then.notify = []
"""
GERMAN = "Guten Tag, ich finde die Rechnung vom letzten Monat nicht. Können Sie sie mir schicken?"


def languages(stage: Any) -> list[str]:
    """Return the languages of what customers were sent, oldest first."""
    return [one.mail.header("Content-Language") for one in stage.written("acknowledgement")]


def test_each_mail_is_answered_in_its_own_language(lite_stage: Any, mail: Any) -> None:
    """One desk answers five customers in five languages, and one whose language it does not speak in its own."""
    lite_stage.rules(ANSWERS)
    for number, text in enumerate(
        (
            "How can I export my data to a file?",
            "请问怎么把数据导出到文件？",
            GERMAN,
            "Bonjour, où puis-je trouver ma facture du mois dernier ?",
            "Hola, ¿dónde puedo encontrar la factura del mes pasado?",
            "Hej, var hittar jag fakturan från förra månaden?",
        )
    ):
        lite_stage.take(mail(text, from_=f"jo@customer{number}.test", subject="Data"))

    assert languages(lite_stage) == ["en", "zh", "de", "fr", "es", "en"]


def test_chinese_is_answered_in_the_characters_it_is_written_in(lite_stage: Any, mail: Any) -> None:
    """Traditional where the customer writes so, though the language is one; a desk's own Chinese words stand over both."""
    lite_stage.rules(ANSWERS)
    lite_stage.take(mail("請問怎麼把資料匯出到檔案？", from_="jo@customer.test", subject="匯出"))
    lite_stage.take(mail("请问怎么把数据导出到文件？", from_="li@else.test", subject="导出"))

    assert languages(lite_stage) == ["zh-hant", "zh"]
    assert [one.language for one in lite_stage.tickets] == ["zh", "zh"]
    assert "我們會在" in lite_stage.written("acknowledgement")[0].mail.text


def test_a_thread_follows_its_customer(lite_stage: Any, mail: Any) -> None:
    """Whoever goes on in English is answered in English, under a German subject; a short thanks changes nothing."""
    lite_stage.rules(ANSWERS)
    lite_stage.take(mail(GERMAN, from_="jo@customer.test", subject="Rechnung vom letzten Monat fehlt"))
    found = [lite_stage.ticket().language]
    for text in (
        "12345",
        "Sorry, my colleague wrote that. We still cannot find the invoice, can you send it again?",
        "ok??",
    ):
        lite_stage.reply(lite_stage.written("acknowledgement")[-1], text, from_="jo@customer.test")
        found.append(lite_stage.ticket().language)
    lite_stage.reply(lite_stage.written("notification")[-1], "Here it is.", submitter="ada@acme.test")

    assert found == ["de", "de", "en", "en"]
    assert [one.mail.header("Content-Language") for one in lite_stage.written("relay")] == ["en"]


def test_a_known_customers_language_helps_a_mail_that_says_too_little(lite_stage: Any, mail: Any) -> None:
    """A mail in no language is answered in the one he wrote in before; a stranger's in the desk's, and is not noted as his."""
    lite_stage.rules(ANSWERS)
    lite_stage.take(mail(GERMAN, from_="jo@customer.test", subject="Rechnung"))
    lite_stage.clock.advance(days=2)
    lite_stage.take(mail("INV-4711 ???", from_="jo@customer.test", subject="INV-4711"))
    lite_stage.take(mail("INV-4712 ???", from_="new@customer.test", subject="INV-4712"))

    assert languages(lite_stage) == ["de", "de", "en"]
    with read(lite_stage.desk.engine) as connection:
        known = [
            customers.find_by_address(connection, one) for one in ("jo@customer.test", "new@customer.test")
        ]
    assert [one.language for one in known if one is not None] == ["de", ""]


def test_what_an_operator_writes_does_not_change_it(lite_stage: Any, mail: Any) -> None:
    """The answer of an English operator leaves the ticket in its customer's language."""
    lite_stage.rules(ANSWERS)
    lite_stage.take(mail(GERMAN, from_="jo@customer.test", subject="Rechnung"))
    lite_stage.reply(
        lite_stage.written("notification")[0],
        "Here is the invoice you asked for, please tell me when it has arrived.",
        submitter="ada@acme.test",
    )

    (relayed,) = lite_stage.written("relay")
    assert relayed.mail.header("Content-Language") == "de"
    assert lite_stage.ticket().language == "de"
