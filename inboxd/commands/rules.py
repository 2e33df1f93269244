"""``inboxd rules …``: the example mails, and the schema for editors."""

from inboxd.building import load_secret
from inboxd.categoryfiles import categories_schema
from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_table, print_text
from inboxd.config import Config
from inboxd.core.fact_fields import field_values
from inboxd.core.rules import evaluate
from inboxd.dryrun import gather_unaccepted
from inboxd.errors import ConfigError
from inboxd.oneshot import open_desk
from inboxd.rulefiles_examples import check_examples, difference, load_examples
from inboxd.rulemodel import rules_schema
from inboxd.webhooks import webhook_key


def run_examples(config: Config, clock: Clock, *, as_json: bool) -> int:
    """Run every example mail of the rules; return 1 when one is not decided as expected."""
    desk = open_desk(config, clock)
    examples = load_examples(config.rules)
    problems = check_examples(desk.active.ruleset, examples)
    if problems:
        raise ConfigError(problems)
    rows = []
    for example in examples:
        fields = field_values(gather_unaccepted(desk, example.raw).facts) | dict(example.facts)
        wrong = difference(example, evaluate(desk.active.ruleset, example.event, fields))
        rows.append(
            {
                "mail": str(example.mail),
                "file": example.file,
                "line": example.line,
                "ok": not wrong,
                "wrong": wrong,
            }
        )
    failed = sum(not row["ok"] for row in rows)
    if as_json:
        print_json({"mails": len(rows), "failed": failed, "examples": rows})
    else:
        shown = [(row["mail"], "ok" if row["ok"] else row["wrong"]) for row in rows]
        print_table(f"{len(rows)} examples, {failed} not as expected", ("mail", "result"), shown)
    return 1 if failed else 0


def print_webhook_key(config: Config) -> None:
    """Print the key of ``X-Inboxd-Signature``."""
    print_text(webhook_key(load_secret(config.desk.secret_file)))


def print_schema(*, categories: bool) -> None:
    """Print the JSON Schema of a rule file, or of categories.toml."""
    print_json(categories_schema() if categories else rules_schema())
