"""A small FreeScout desk, in the shapes its API's documentation shows."""

from typing import Any

MAILBOXES = [{"id": 1, "name": "Acme", "email": "support@acme.test"}]
CARLA = {
    "id": 7,
    "type": "customer",
    "firstName": "Carla",
    "lastName": "Gomez",
    "email": "carla@customer.test",
}
ADA = {"id": 1, "type": "user", "firstName": "Ada", "lastName": "Lovelace", "email": "ada@acme.test"}


def thread(number: int, kind: str, by: dict[str, Any], day: str, body: str, **more: Any) -> dict[str, Any]:
    """Return a line as ``_embedded.threads`` has it."""
    return {
        "id": number, "type": kind, "status": "active", "state": "published", "body": body, "customer": CARLA,
        "createdBy": by, "to": [], "cc": [], "bcc": [], "createdAt": f"2015-{day}T10:00:00Z",
        "_embedded": {"attachments": []}, **more,
    }  # fmt: skip


def conversation(number: int, status: str, subject: str, **more: Any) -> dict[str, Any]:
    """Return a conversation as the list has it."""
    return {
        "id": 100 + number, "number": number, "type": "email", "status": status, "state": "published",
        "subject": subject, "mailboxId": 1, "customer": CARLA, "updatedAt": "2015-06-01T10:00:00Z", **more,
    }  # fmt: skip


CONVERSATIONS = [
    conversation(5, "closed", "Empty"),
    conversation(6, "closed", "Empty, too"),
    conversation(1, "closed", "Export"),
    conversation(2, "active", "Price list"),
    conversation(3, "spam", "WIN"),
    conversation(4, "closed", "Draft", state="draft"),
]
THREADS = {
    # The newest first, as the API gives them.
    101: [
        thread(14, "lineitem", ADA, "03-05", ""),
        thread(13, "note", ADA, "03-05", "He is a reseller."),
        thread(12, "message", ADA, "03-04", "<p>Open Settings,<br>press Export.</p>", to=["carla@customer.test"]),
        thread(11, "customer", CARLA, "03-03", "<p>How do I export?</p>"),
    ],
    102: [thread(16, "message", ADA, "04-05", "not sent", state="draft"), thread(15, "customer", CARLA, "04-03", "What does it cost?")],
}  # fmt: skip
TAGS = {101: [{"id": 1, "name": "How To"}]}


def answer(path: str, query: dict[str, str]) -> Any:
    """Return what FreeScout answers, two conversations a page at most."""
    match path.removeprefix("/api/").split("/"):
        case ["conversations"]:
            # "defaults to active", says the documentation.
            listed = [one for one in CONVERSATIONS if one["status"] == query.get("status", "active")]
            begin = (int(query["page"]) - 1) * 2
            page = {"size": 2, "totalElements": len(listed), "totalPages": 2, "number": int(query["page"])}
            return {"_embedded": {"conversations": listed[begin : begin + 2]}, "page": page}
        case ["conversations", number]:
            row = next((one for one in CONVERSATIONS if one["id"] == int(number)), None)
            inside = {"threads": THREADS.get(int(number), []), "tags": TAGS.get(int(number), [])}
            return {**row, "_embedded": inside} if row else None
        case ["mailboxes"]:
            return {"_embedded": {"mailboxes": MAILBOXES}, "page": {}}
    return b"png" if path == "/storage/attachment/1/logo.png" else None
