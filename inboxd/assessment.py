"""Assessing a new question: what it is about, and how soon it wants an answer."""

import datetime as dt
from dataclasses import replace

from sqlalchemy import Connection

from inboxd.core.categories import CategoryMatch
from inboxd.core.facts import Facts
from inboxd.core.priority import CustomerRecord, assess_priority
from inboxd.desk import Desk
from inboxd.knowledge.categorizing import Sample
from inboxd.store import corrections, records

_REMEMBERED = dt.timedelta(days=90)
_VIP = "vip"


def assess(desk: Desk, connection: Connection, facts: Facts) -> Facts:
    """Return the facts with category and priority of the question; an archive's were settled long ago."""
    if facts.imported:
        return facts
    category = _category(desk, connection, facts)
    assessment = assess_priority(
        facts.mail.subject,
        facts.written.new_text,
        _record(connection, facts),
        desk.config.priority,
        category,
    )
    return replace(facts, category=category, assessment=assessment)


def adopted_samples(connection: Connection) -> tuple[Sample, ...]:
    """Return the tickets that operators put right and that count as examples."""
    counted = corrections.adopted(connection)
    if not counted:
        return ()
    found = (one for one in corrections.list_corrections(connection) if one.ticket in counted)
    return tuple(Sample(one.category, f"{one.subject}\n{one.text}", one.ticket) for one in found)


def _category(desk: Desk, connection: Connection, facts: Facts) -> CategoryMatch | None:
    categories = desk.active.categories
    if not categories:
        return None
    samples = adopted_samples(connection)
    return desk.classifier.classify(categories, samples, facts.mail.subject, facts.written.new_text)


def _record(connection: Connection, facts: Facts) -> CustomerRecord:
    customer = facts.customer
    record = CustomerRecord()
    if customer.customer_id is not None:
        record = records.customer_record(connection, customer.customer_id, facts.now - _REMEMBERED)
    return replace(record, satisfaction=customer.satisfaction, is_vip=_VIP in customer.tags)
