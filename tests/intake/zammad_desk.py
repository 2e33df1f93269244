"""A small Zammad desk, in the shapes its documentation and its controllers show."""

from typing import Any

RAW_QUESTION = (
    b"From: Carla <carla@customer.test>\r\nTo: support@acme.test\r\nSubject: Export\r\n"
    b"Date: Tue, 03 Mar 2015 10:00:00 +0000\r\nMessage-ID: <q1@customer.test>\r\n\r\nHow do I export?\r\n"
)
RAW_ANSWER = (
    b"From: Ada via Acme <help@old-desk.test>\r\nTo: carla@customer.test\r\nSubject: Re: Export [Ticket#22001]\r\n"
    b"Date: Wed, 04 Mar 2015 10:00:00 +0000\r\nMessage-ID: <a1@old-desk.test>\r\n\r\nOpen Settings, press Export.\r\n"
)
RAWS = {1: RAW_QUESTION, 2: RAW_ANSWER}
USERS = {
    1: {"id": 1, "firstname": "-", "lastname": "", "email": ""},
    3: {"id": 3, "firstname": "Ada", "lastname": "Lovelace", "email": "ada@acme.test"},
    5: {"id": 5, "firstname": "Carla", "lastname": "Gomez", "email": "carla@customer.test"},
    6: {"id": 6, "firstname": "Paul", "lastname": "", "email": "", "login": "+49 30 1"},
}
TICKETS = [
    {"id": 1, "number": "22001", "title": "Export", "state": "closed", "customer_id": 5, "updated_at": "2015-03-05T10:00:00.000Z"},
    {"id": 2, "number": "22002", "title": "Price list", "state": "open", "customer_id": 5, "updated_at": "2015-04-05T10:00:00.000Z"},
    {"id": 3, "number": "22003", "title": "Merged away", "state": "merged", "customer_id": 5, "updated_at": "2015-04-06T10:00:00.000Z"},
    {"id": 4, "number": "22004", "title": "Call", "state": "pending reminder", "customer_id": 6, "updated_at": "2015-05-05T10:00:00.000Z"},
]  # fmt: skip
TAGS = {1: ["Export", "how to"], 2: ["sales"]}


def article(
    number: int, ticket: int, sender: str, kind: str, day: str, body: str, **more: Any
) -> dict[str, Any]:
    """Return a line as ``/ticket_articles/by_ticket`` has it."""
    return {
        "id": number, "ticket_id": ticket, "sender": sender, "type": kind, "internal": False, "subject": "",
        "from": "", "to": "", "cc": "", "body": body, "content_type": "text/plain", "message_id": None,
        "created_by_id": 5 if sender == "Customer" else 3, "created_at": f"2015-{day}T10:00:00.000Z",
        "attachments": [], **more,
    }  # fmt: skip


FILES = [{"id": 71, "filename": "list.pdf", "size": "4", "preferences": {"Mime-Type": "application/pdf"}}]
ARTICLES = {
    1: [
        article(1, 1, "Customer", "email", "03-03", "How do I export?", message_id="<q1@customer.test>"),
        article(8, 1, "System", "email", "03-03", "We got your mail.", created_by_id=1),
        article(2, 1, "Agent", "email", "03-04", "Open Settings, press Export.", message_id="<a1@old-desk.test>"),
        article(3, 1, "Agent", "note", "03-05", "He is a reseller.", internal=True),
    ],
    2: [
        article(4, 2, "Customer", "web", "04-03", "<p>What does it <b>cost</b>?</p>", content_type="text/html"),
        article(5, 2, "Agent", "email", "04-04", "See the list.", attachments=FILES, to="Carla <carla@customer.test>"),
    ],
    4: [article(6, 4, "Customer", "phone", "05-03", "He asks for a call back.", **{"from": "Paul"})],
}  # fmt: skip


def answer(path: str, query: dict[str, str]) -> Any:
    """Return what Zammad answers, three tickets a page at most."""
    parts = path.removeprefix("/api/v1/").split("/")
    match parts:
        case ["tickets"]:
            size = min(int(query["per_page"]), 3)
            begin = (int(query["page"]) - 1) * size
            return TICKETS[begin : begin + size]
        case ["ticket_articles", "by_ticket", number]:
            return ARTICLES.get(int(number), [])
        case ["ticket_article_plain", number]:
            return RAWS.get(int(number))
        case ["ticket_attachment", "2", "5", "71"]:
            return b"%PDF"
        case ["tags"]:
            return {"tags": TAGS.get(int(query["o_id"]), [])}
        case ["users", number]:
            return USERS.get(int(number))
    return None
