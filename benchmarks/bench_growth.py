"""A store that has seen much: what one mail made, as often as wanted, long ago and closed."""

from sqlalchemy import Connection, Engine, text

from inboxd.store.engine import write

FIRST = (
    b"From: Old <old@past.example>\r\nTo: support@acme.test\r\nSubject: An old question\r\n"
    b"Date: Mon, 24 Nov 2025 09:00:00 +0000\r\nMessage-ID: <old@past.example>\r\n\r\nHow does it work?\r\n"
)
_LONG_AGO = "'2025-11-24 09:00:00.000000'"
# From here on the copies are counted, so that they meet nothing that is there.
_ABOVE = 1_000
_NUMBER = f"(n.i + {_ABOVE})"
# For each table what differs from copy to copy; every date of theirs lies long ago.
_TABLES: tuple[tuple[str, dict[str, str]], ...] = (
    ("customer", {"id": _NUMBER}),
    ("customer_address", {"address": "'old' || n.i || '@past' || n.i || '.example'", "customer_id": _NUMBER}),
    (
        "ticket",
        {
            "number": _NUMBER, "customer_id": _NUMBER, "status": "'closed'", "first_response_due": "null",
            "next_response_due": "null", "resolution_due": "null", "chase_at": "null", "snoozed_until": "null",
        },
    ),
    (
        "mail",
        {
            "id": _NUMBER, "message_id": "'<' || n.i || '.old@past.example>'", "content_sha256": "hex(n.i)",
            "reverse_path": "'old' || n.i || '@past.example'", "ticket_number": _NUMBER, "body_simhash": "n.i",
            "sender": "'old' || n.i || '@past' || n.i || '.example'", "sender_domain": "'past' || n.i || '.example'",
        },
    ),
    ("mail_raw", {"mail_id": _NUMBER}),
    ("mail_facts", {"mail_id": _NUMBER}),
    ("message", {"id": _NUMBER, "ticket_number": _NUMBER, "mail_id": _NUMBER, "outbox_id": "null"}),
    ("reference", {"id": _NUMBER, "ticket_number": _NUMBER, "message_id": "'<' || n.i || '.old@past.example>'"}),
    ("participant", {"ticket_number": _NUMBER, "address": "'old' || n.i || '@past' || n.i || '.example'"}),
    ("event", {"id": _NUMBER, "ticket_number": _NUMBER, "mail_id": _NUMBER, "outbox_id": "null"}),
    (
        "outbox",
        {
            "id": _NUMBER, "ticket_number": _NUMBER, "mail_id": _NUMBER, "once_key": "null",
            "message_id": "'<' || n.i || '.answer@acme.test>'", "recipient": "'old' || n.i || '@past' || n.i || '.example'",
        },
    ),
    ("outbox_raw", {"outbox_id": _NUMBER}),
    ("attempt", {"id": _NUMBER, "outbox_id": _NUMBER}),
)  # fmt: skip


def fill(engine: Engine, tickets: int) -> None:
    """Multiply what ``FIRST`` made, its customer, messages, mail and answer, until there are so many tickets."""
    with write(engine) as connection:
        for table, differing in _TABLES:
            _copy(connection, table, differing, tickets)


def _copy(connection: Connection, table: str, differing: dict[str, str], times: int) -> None:
    rows = connection.execute(text(f"pragma table_info({table})"))
    columns = {str(row[1]): str(row[2]) for row in rows}
    chosen = [
        differing.get(name) or (f"iif({name} is null, null, {_LONG_AGO})" if kind == "DATETIME" else name)
        for name, kind in columns.items()
    ]
    # No words but our own: names of tables and columns, and what stands above.
    connection.execute(
        text(
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < :times) "  # noqa: S608  as just said
            f"insert into {table} ({', '.join(columns)}) "
            f"select {', '.join(chosen)} from n, (select * from {table} order by 1 limit 1)"
        ),
        {"times": times},
    )
