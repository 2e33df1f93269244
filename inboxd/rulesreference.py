"""``python -m inboxd.rulesreference``: docs/rules.md, written from the tables the program itself goes by."""

import sys
from collections.abc import Iterable, Iterator

from inboxd.core.facts import EventKind
from inboxd.core.rule_fields import FIELDS, NAMED, OPERATORS, FieldType, Operator

# What happened, and whose doing it was: for every value of `on`.
EVENTS: dict[EventKind, str] = {
    EventKind.TICKET_CREATED: "a mail became a new ticket",
    EventKind.CUSTOMER_REPLIED: "a customer, or somebody he copied, wrote on a ticket that exists",
    EventKind.OPERATOR_REPLIED: "an operator wrote on a ticket",
    EventKind.SLA_WARNED: "a promised time is near (`[sla] warn_at`, `warn_before`)",
    EventKind.SLA_BREACHED: "a promised time is over",
    EventKind.SURVEY_ANSWERED: "a customer said how it was",
    EventKind.TICKET_IDLE: "a working day without a mail on an open ticket (`ticket.idle_days`); each rule acts once"
    " in one silence",
}

# How each action is written, and what it does.
ACTIONS: dict[str, tuple[str, str]] = {
    "reply": (
        '"kb_answer"',
        "send the customer the mail of that template; `kb_answer` sends the article that fits",
    ),
    "draft": ('"kb_answer"', "the mail lies ready in your Drafts (`[[intake.imap]]`); nothing is sent"),
    "tag": ('["billing"]', "add tags to the ticket"),
    "untag": ('["late"]', "take tags off the ticket"),
    "priority": ('"high"', "`urgent`, `high`, `normal` or `low`"),
    "category": ('"billing"', 'the category of the ticket; `""` takes it away'),
    "status": ('"pending"', "`open`, `pending` (waiting for the customer) or `solved`"),
    "assign": (
        '{ skill = "billing" }',
        "to the one with that skill who has least to do, or to an operator by name",
    ),
    "notify": ("true", 'tell the assignee, or everybody while there is none; or names: `["Ada"]`'),
    "forward": ('["books@acme.test"]', "send the mail on, with the desk as its sender"),
    "snooze": ('"3d"', "put the ticket aside for so long"),
    "note": ('"Look at the contract first."', "write an internal note on the ticket"),
    "survey": ("false", "`true`: ask this customer how it was, `false`: never on this ticket"),
    "hold": ('"looks like fraud"', "keep the mail back for you to look at: `true` or a reason"),
    "webhook": (
        '"https://hooks.acme.test/desk"',
        "post the event; `inboxd rules webhook-key` prints the key of its signature",
    ),
}

# What each operator asks, with an example that is a complete condition.
OPERATOR_USES: dict[Operator, tuple[str, str]] = {
    Operator.EQUALS: (
        'when.ticket.status = ["new", "open"]',
        "is any of these; upper and lower case do not count",
    ),
    Operator.CONTAINS: (
        'when.mail.subject.contains = "invoice"',
        "any of these stands in it; upper and lower case do not count",
    ),
    Operator.MATCHES: (
        "when.mail.body.matches = '\\brefund(?:s|ed)?\\b'",
        "a regular expression is found, whatever the case; one that takes over 100 ms stops the rule",
    ),
    Operator.AT_LEAST: ("when.kb.confidence.at_least = 0.8", "this much or more"),
    Operator.AT_MOST: ('when.ticket.age.at_most = "3d"', "this much or less"),
    Operator.EXISTS: (
        "when.mail.header.X-Order-Id.exists = true",
        "there is something; `false`: there is nothing",
    ),
}

_TYPES: dict[FieldType, str] = {
    FieldType.TEXT: "text",
    FieldType.TEXTS: "several texts",
    FieldType.HEADERS: "texts by name",
    FieldType.COLUMNS: "text or number by name",
    FieldType.FLAG: "`true` or `false`",
    FieldType.NUMBER: "number",
    FieldType.SIZE: 'size such as `"35MB"`',
    FieldType.DURATION: 'duration such as `"90min"`, `"3d"`',
}

_NAMES: dict[FieldType, str] = {FieldType.HEADERS: ".X-…", FieldType.COLUMNS: ".…"}

_BEGINNING = """\
# Rules

<!-- Written by `make docs` from the tables the program goes by: change those, not this file. -->

Rules say what happens to mail. They are the files of `rules/`, read in name order, the rules of a file from top to
bottom. `inboxd check` tells every mistake with file and line, `inboxd rules test` runs the example mails, and
`inboxd explain` says of one mail which rules acted and on which condition the others missed. A saved file is live
within seconds; with a mistake in it the last good version stays, and you get a mail.

```toml
[[rule]]
name = "refund questions are answered from the knowledge base"
why  = "answered 40 times by hand in spring"
on   = ["ticket.created"]
when.kb.article = ["refund-policy"]
when.kb.sure = true
when.not.customer.tags = ["vip"]
then.reply = "kb_answer"
then.tag = ["billing"]
then.status = "pending"
```

| key | means |
|---|---|
| `name` | how the rule is called in `explain`, in examples and in the digest; needed, each only once |
| `why` | why it is there, told with everything it does |
| `on` | what must have happened; needed |
| `when` | the conditions; without any it always acts |
| `then` | what is done, at least one action |
| `group` | rules of one group compete: **the first that matches wins**; default: the file's name |
| `continue` | `true`: after this rule later ones of its group may act too |
| `mode` | `"shadow"`: the rule is judged and noted, and does nothing |

What no rule can switch off: nothing automatic is sent to automatic mail, lists, bounces, no-reply addresses or
ourselves, beyond the `[limits]`, or to mail that is older than `[limits] max_age`; a ticket is answered by itself once
at most; only a proven operator commands.
"""

_CONDITIONS = """\
## Conditions

All of a rule must hold. A list means any of its entries. `when.not.…` turns a condition round, and
`when.any = [{ … }, { … }]` holds when all conditions of one entry hold. A fact that is not there yet (the model is
still loading) makes the mail wait: a rule is never misjudged.
"""

_EXAMPLES = """\
## Example mails

`rules/examples/<rule file>/` holds mails and an `expect.toml`. They are run by `inboxd rules test`, and `inboxd check`
reads them too.

```toml
[[mail]]
file  = "refund.eml"
fires = ["refund questions are answered from the knowledge base"]   # of this rule file, exactly these; [] is none
event = "ticket.created"                                            # the default
facts.kb.sure = true                                                # what the mail alone cannot say
```
"""


_TRUST = """\
## Before you commit

`inboxd rules backtest` decides the mails of the last 90 days again, each at its own time with what was known then, by
the rules as they lie on disk, and shows which would have been treated differently and how. It writes nothing and sends
nothing.

| | |
|---|---|
| `inboxd rules backtest` | compared with what really was decided |
| `inboxd rules backtest --against HEAD~1` | compared with the rules at that commit, branch or tag |
| `inboxd rules backtest --since 30d` | how far back |
| `inboxd rules backtest --rematch` | with the knowledge base as it is now; otherwise articles are those that fitted then |
| `inboxd rules backtest --fail-on reply,status` | exit code 1 when one of these differs: any action, `disposition`, `suppressed`, `shadow` |
| `inboxd rules backtest --json` | one document: `{mails, changed: [{mail_id, before, after}]}` |

`inboxd init` writes `hooks/pre-commit` (`inboxd rules hook` does it later): after `git config core.hooksPath hooks` git
runs `inboxd check`, `inboxd rules test` and the backtest before each commit. `git config inboxd.failOn reply,status`
makes it refuse what changes answers; `git commit --no-verify` goes past it.

**On trial:** with `mode = "shadow"` a rule is judged on real mail and does nothing. Once you have answered, what it would
have done is compared with what you did, and the digest shows the figures; from five comparisons on, when four in five
agree, it asks whether to make the rule live.

`inboxd explain` takes a file, the number of a mail, `#12`, or the Message-ID of any mail the desk sent or got. The
mails you get carry the same in their `X-Inboxd-` header fields. Every decision is stored with the revision of the rules:
the hash of the files and, in a git repository, the commit (`+`: with changes that were not committed).
"""

_CATEGORIES = """\
## Categories

`rules/categories.toml` says what questions can be about. A new ticket gets the category whose examples are nearest to it,
by meaning where the sentence model is loaded, else by words, or none when none stands out; rules see it as
`when.ticket.category`, and `then.category` or the command `#category billing` overrides it. What operators put right
counts as examples once held-out tickets come out better with it.

```toml
[[category]]
name        = "billing"
description = "invoices, payments, prices and refunds"
severity    = 0.4                       # 0 to 1: what a question of it weighs in the priority
examples    = ["I was charged twice this month", "Could you send me an invoice?"]
```

## Priority

A new ticket is assessed before the rules: P = urgency (words and deadlines), severity (its category, or words of damage)
and history (the customer's open, late and reopened tickets, the tag `vip`, his last scores), each 0 to 1, weighted by
`[priority]` in config.toml and mapped to urgent, high, normal or low. `inboxd explain` shows the parts. A rule
(`then.priority`) or `#priority` overrides it.
"""


def rules_reference() -> str:
    """Return the whole of docs/rules.md."""
    parts = (
        _BEGINNING,
        _events(),
        _CONDITIONS,
        _operators(),
        _fields(),
        _actions(),
        _CATEGORIES,
        _EXAMPLES,
        _TRUST,
    )
    return "\n".join(parts)


def _events() -> str:
    rows = ((f"`{event.value}`", meaning) for event, meaning in EVENTS.items())
    return _section("Events", ("`on`", "when"), rows)


def _operators() -> str:
    rows = (
        (f"`{example}`", meaning, _types_with(operator))
        for operator, (example, meaning) in OPERATOR_USES.items()
    )
    return _section("Operators", ("written", "holds when", "for"), rows)


def _types_with(operator: Operator) -> str:
    names = [kind.value for kind in FieldType if operator in OPERATORS[kind]]
    return "every field" if len(names) == len(FieldType) else ", ".join(names)


def _fields() -> str:
    rows = (
        (
            f"`{name}{_NAMES[field.type]}`" if field.type in NAMED else f"`{name}`",
            _values(field.type, field.choices),
            field.meaning,
        )
        for name, field in FIELDS.items()
    )
    return _section("Fields", ("`when.…`", "holds", "is"), rows)


def _values(kind: FieldType, choices: tuple[str, ...]) -> str:
    return ", ".join(f"`{choice}`" for choice in choices) if choices else _TYPES[kind]


def _actions() -> str:
    rows = ((f"`then.{word} = {example}`", meaning) for word, (example, meaning) in ACTIONS.items())
    return _section("Actions", ("written", "does"), rows)


def _section(title: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    return "\n".join((f"## {title}", "", *_table(columns, rows), ""))


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    columns = tuple(columns)
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        # GitHub Flavored Markdown 4.10: a pipe inside a cell is escaped, even in code.
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    sys.stdout.write(rules_reference())
