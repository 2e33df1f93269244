"""What SpamAssassin or rspamd thinks of the desk's own automatic mail, where one of them is at hand."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

from inboxd.building import load_files, load_secret
from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter
from inboxd.core.probe import Check
from inboxd.core.ticket import Ticket
from inboxd.core.tokens import Tokens
from inboxd.core.view_parts import CustomerView
from inboxd.desk import Stationery
from inboxd.letter_views import Correspondence
from inboxd.letters import write_letters

_SECONDS = 60
_NUMBER = r"(-?[0-9]{1,6}(?:\.[0-9]{1,6})?)"


@dataclass(frozen=True, slots=True)
class Filter:
    """A spam filter's command, which reads a mail and says a score and its limit."""

    program: str
    arguments: tuple[str, ...]
    says: re.Pattern[str]


FILTERS = (
    Filter("rspamc", ("symbols",), re.compile(rf"Score: {_NUMBER} / {_NUMBER}")),
    Filter("spamc", ("-c",), re.compile(rf"^{_NUMBER}/{_NUMBER}", re.MULTILINE)),
    Filter("spamassassin", ("-t",), re.compile(rf"score={_NUMBER} required={_NUMBER}")),
)


def check_spam_score(config: Config, clock: Clock) -> Iterator[Check]:
    """Yield what each filter on this machine says about an acknowledgement as the desk would send it."""
    here = [(one, path) for one in FILTERS if (path := shutil.which(one.program))]
    if not here:
        yield Check("spam score", True, "neither SpamAssassin nor rspamd is here: not measured")
        return
    raw = sample_mail(config, clock)
    said = [_ask(one, path, raw) for one, path in here]
    # Without its daemon spamc says 0/0, and rspamc nothing: then the next one is asked.
    answer = next((one for one in said if one is not None), None)
    if answer is None:
        yield Check(
            "spam score", True, f"{', '.join(one.program for one, _ in here)} gives no score: not measured"
        )
        return
    yield answer


def sample_mail(config: Config, clock: Clock) -> bytes:
    """Return an acknowledgement on the desk's own templates, to a customer who is the desk itself."""
    now, address = clock(), config.desk.address
    stationery = Stationery(
        name=config.desk.name,
        address=address,
        delimiter=config.desk.recipient_delimiter,
        language=config.desk.language,
        timezone=config.desk.timezone,
        operators=(),
        tokens=Tokens(load_secret(config.desk.secret_file)),
        templates=load_files(config).templates,
    )
    ticket = Ticket(1, "How do I export my data?", 0, now, now)
    about = Correspondence(ticket, CustomerView(config.desk.name, address), config.desk.language)
    letter = Letter(Kind.ACKNOWLEDGEMENT, "acknowledgement", (address,), "doctor")
    (written,) = write_letters(stationery, (letter,), about, 1, now)
    return written.outgoing.raw


def _ask(one: Filter, path: str, raw: bytes) -> Check | None:
    try:
        done = subprocess.run(  # noqa: S603  a program of the system, without a shell, fixed arguments
            (path, *one.arguments), input=raw, capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = one.says.search(done.stdout.decode("utf-8", "replace"))
    if found is None or float(found[2]) == 0:
        return None
    score, limit = float(found[1]), float(found[2])
    well = score < limit / 2
    hint = "" if well else ": look at its report for the reasons"
    return Check("spam score", well, f"{one.program} gives the acknowledgement {score:g} of {limit:g}{hint}")
