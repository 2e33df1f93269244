"""What the figures of a configured desk are judged by: for ``inboxd report`` and for the weekly digest."""

from sqlalchemy import Connection

from inboxd.config import Config
from inboxd.core.report_facts import ReportTerms
from inboxd.desk import sla_terms_of


def report_terms(
    config: Config, connection: Connection, improved: frozenset[int] = frozenset()
) -> ReportTerms:
    """Return the terms, with the absences in the store; ``improved`` are the tickets that led to a change."""
    return ReportTerms(
        sla=sla_terms_of(config, connection),
        service_target=config.sla.targets.first_response,
        zone=config.desk.timezone,
        operators=len(config.operators),
        rates=config.report,
        improved=improved,
    )
