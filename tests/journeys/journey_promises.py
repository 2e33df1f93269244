"""What holds on every journey, whatever it is about (DESIGN part 2), and what one journey says of its own mails."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from journey_stage import Stage

from inboxd.backtest import replay_mails
from inboxd.core.commands import CommandName
from inboxd.core.differences import in_words
from inboxd.core.mail import Mail
from inboxd.store import conversations, mails, outbox, reconciliation
from inboxd.store.engine import read

_TO_CUSTOMERS = frozenset({"acknowledgement", "answer", "relay", "survey"})
_COMMAND_LINE = re.compile(rf"^[>\s]*#(?:\d+\s+)?(?:{'|'.join(CommandName)})\b", re.MULTILINE)


def broken_promises(stage: Stage, folder: Path) -> list[str]:
    """Return a sentence for everything that should never happen and did, and for what the journey misses."""
    return [
        *_in_the_post(stage),
        *_in_the_store(stage),
        *_on_a_second_look(stage),
        *_of_its_own(stage, folder),
    ]


def _in_the_post(stage: Stage) -> Iterator[str]:
    operators = set(stage.desk.operators)
    twice = [one for one, times in Counter(mail.message_id for mail in stage.post).items() if times > 1]
    if twice:
        yield f"sent under the same Message-ID: {twice}"
    for mail in stage.post:
        kind, to = mail.header("X-Inboxd-Kind"), mail.to[0].key
        if (kind != "relay") != mail.header("Auto-Submitted").startswith("auto-"):
            yield f"{kind} to {to} says Auto-Submitted: {mail.header('Auto-Submitted')!r} (RFC 3834)"
        if to not in operators:
            yield from (f"{kind} to {to}: {what}" for what in _inside_shown(stage, mail))


def _inside_shown(stage: Stage, mail: Mail) -> Iterator[str]:
    """Yield what of the inside stands in a mail to a customer: commands, operators' tokens, other people's tickets."""
    whole = "\n".join((*(value for _, value in mail.header_fields), mail.text, mail.html))
    desk = stage.desk.config.desk
    local, _, domain = desk.address.partition("@")
    if found := _COMMAND_LINE.search(mail.text):
        yield f"shows the command {found[0]!r}"
    if f"{local}+o" in whole:
        yield "shows an operator's address"
    if mail.header("X-Inboxd-Kind") not in _TO_CUSTOMERS:
        return  # what the operator himself forwarded
    numbers = {int(one) for one in re.findall(rf"{re.escape(local)}\+t(\d+)\.", whole)}
    numbers |= {int(one) for one in re.findall(rf"<t(\d+)\.m\d+\.[^@>]+@{re.escape(domain)}", whole)}
    with read(stage.desk.engine) as connection:
        people = conversations.participants_of(connection, numbers)
    for number in numbers:
        if mail.to[0].key not in people.get(number, frozenset()):
            yield f"shows the token of #{number}, which is not his"


def _on_a_second_look(stage: Stage) -> Iterator[str]:
    """Yield every mail that the backtest decides otherwise than it was decided, by the very same rules."""
    live = stage.desk.active.ruleset.revision
    replayed = list(replay_mails(stage.desk, _always(stage)[0]))
    with read(stage.desk.engine) as connection:
        for one in replayed:
            stored = mails.find(connection, one.mail_id)
            if stored is None or stored.decision["revision"] != live:
                continue  # the journey saved other rules since
            if not one.decided:
                yield f"the facts of mail {one.mail_id} were not kept"
            elif one.words:
                before, after = (in_words(side, one.words) for side in (one.before, one.after))
                yield f"mail {one.mail_id} is replayed differently: {before} -> {after}"


def _in_the_store(stage: Stage) -> Iterator[str]:
    with read(stage.desk.engine) as connection:
        counts = mails.count_by_state(connection)
        gaps = reconciliation.reconcile(connection, stage.clock()).gaps
        waiting = outbox.list_waiting(connection)
        sent = [
            (one, mails.find(connection, one.mail_id))
            for one in outbox.list_sent_between(connection, *_always(stage))
            if one.automatic and one.mail_id is not None
        ]
    if counts.get("accepted"):
        yield f"{counts['accepted']} mails were accepted and never looked at"
    yield from (f"unexplained: {gap}" for gap in gaps)
    yield from (f"still in the outbox: {one.kind} to {one.recipients}: {one.last_reply}" for one in waiting)
    for one, cause in sent:
        if cause is None or cause.decision.get("facts", {}).get("may_answer", True):
            continue
        if cause.sender in one.recipients:
            yield f"{one.kind} to {cause.sender}, whose mail {cause.mail_id} must not be answered (RFC 3834)"


def _of_its_own(stage: Stage, folder: Path) -> Iterator[str]:
    path = folder / "journey.toml"
    for says in tomllib.loads(path.read_text(encoding="utf-8")).get("says", ()):
        try:
            mail = stage.last(says["mail"], says.get("to", ""), says.get("about", ""))
        except LookupError as error:
            yield str(error)
            continue
        everything = "\n".join((*(f"{name}: {value}" for name, value in mail.header_fields), mail.text))
        for text in says.get("contains", ()):
            if text not in everything:
                yield f"{says['mail']} to {mail.to[0].key} does not contain {text!r}:\n{everything}"
        for text in says.get("lacks", ()):
            if text in everything:
                yield f"{says['mail']} to {mail.to[0].key} contains {text!r}:\n{everything}"


def _always(stage: Stage) -> tuple[object, object]:
    return stage.clock.now.replace(year=2000), stage.clock.now.replace(year=9999)
