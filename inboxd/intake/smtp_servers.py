"""The ports of the front: the one that mail comes in by, and the one of the operators' mail clients."""

import contextlib
from collections.abc import Iterator

from inboxd.config import Config
from inboxd.intake.certificate import load_certificate
from inboxd.intake.group_commit import GroupCommit
from inboxd.intake.smtp import SmtpIntake, make_controller


@contextlib.contextmanager
def smtp_server(config: Config, commit: GroupCommit) -> Iterator[None]:
    """Serve whoever brings mail to the desk, while the context lasts."""
    smtp = config.intake.smtp
    intake = SmtpIntake(config.own_addresses, commit, smtp.max_recipients)
    # TLS is what a sender may ask for (RFC 3207 4): without it mail goes on as from everybody else.
    certificate = load_certificate(smtp.tls_cert, smtp.tls_key, "STARTTLS")
    controller = make_controller(
        intake,
        host=smtp.host,
        port=smtp.port,
        max_size=smtp.max_size,
        timeout=smtp.timeout.total_seconds(),
        ident=config.desk.address.rpartition("@")[2],
        limits=smtp.gate,
        certificate=certificate,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@contextlib.contextmanager
def submission_server(config: Config, commit: GroupCommit) -> Iterator[None]:
    """Serve the operators' mail clients; without a usable certificate all other mail goes on (DESIGN 2.8)."""
    from inboxd.intake.submission import SubmissionIntake, make_submission  # noqa: PLC0415  few desks have it

    smtp, place = config.intake.smtp, config.intake.submission
    certificate = load_certificate(place.tls_cert, place.tls_key, "submission")
    if certificate is None:
        yield
        return
    controller = make_submission(
        SubmissionIntake(config.own_addresses, commit, smtp.max_recipients),
        certificate,
        config.operators,
        host=place.host,
        port=place.port,
        max_size=smtp.max_size,
        timeout=smtp.timeout.total_seconds(),
        ident=config.desk.domain,
        limits=smtp.gate,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop()
