"""rules/*.toml become a ``Ruleset``: every mistake at once, with file and line, the rule's name and the key."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from inboxd.categoryfiles import CATEGORY_FILE
from inboxd.core.actions import ACTION_WORDS, Action, Assign, Draft, Notify, Reply, SetCategory
from inboxd.core.conditions import Comparison, Condition
from inboxd.core.facts import EventKind
from inboxd.core.rule_fields import FIELDS, Operator
from inboxd.core.rules import Rule, RuleMode, Ruleset
from inboxd.core.spelling import did_you_mean
from inboxd.errors import ConfigError, Problem
from inboxd.ruleactions import read_actions
from inboxd.ruleconditions import read_conditions
from inboxd.rulemodel import RuleModel
from inboxd.tomlfile import TomlFile, decode_toml
from inboxd.tomllines import TomlPath
from inboxd.tomlmodel import read_model

_REVISION_LENGTH = 12
# Fields whose values are names of something that must exist.
_FIELD_KINDS = {"kb.article": "article", "ticket.category": "category"}


def load_rules(folder: Path) -> Ruleset:
    """Return the rules of ``folder/*.toml`` in name order; files are called ``rules/20-billing.toml`` in rules.

    Raises ``ConfigError`` with every problem of every file, also when the folder does not exist.
    """
    problems: list[Problem] = []
    rules: list[Rule] = []
    revision = hashlib.sha256()
    for path in _rule_paths(folder):
        name = f"{folder.name}/{path.name}"
        try:
            content = path.read_bytes()
            revision.update(f"{path.name}\0{len(content)}\0".encode() + content)
            toml = decode_toml(content, name)
        except OSError as error:
            problems.append(Problem(name, 1, f"cannot be read: {error.strerror}"))
        except ConfigError as error:
            problems += error.problems
        else:
            found, wrong = _read_file(toml, path.stem)
            rules += found
            problems += wrong
    problems += _doubled_names(rules)
    if problems:
        raise ConfigError(tuple(problems))
    return Ruleset(tuple(rules), revision.hexdigest()[:_REVISION_LENGTH])


def check_references(
    ruleset: Ruleset,
    templates: set[str],
    articles: set[str],
    operators: set[str],
    skills: set[str] | None = None,
    categories: set[str] | None = None,
) -> tuple[Problem, ...]:
    """Return a problem for every template, article, operator or skill that a rule names and that does not exist.

    ``operators`` holds names and addresses; case counts for templates only. ``skills`` or ``categories`` None: not checked.
    """
    known = {"template": templates, "article": articles, "operator": operators}
    if skills is not None:
        known["skill"] = skills
    if categories is not None:
        known["category"] = categories
    folded = {kind: {name.casefold() for name in names} for kind, names in known.items()}
    folded["template"] = templates
    problems = []
    for rule in ruleset.rules:
        for kind, name, key, line in _references(rule):
            if kind not in known or (name if kind == "template" else name.casefold()) in folded[kind]:
                continue
            hint = did_you_mean(name, sorted(known[kind]))
            message = f"rule '{rule.name}': '{key}': there is no {kind} '{name}'{hint}"
            problems.append(Problem(rule.file, line, message))
    return tuple(problems)


def _rule_paths(folder: Path) -> list[Path]:
    if not folder.is_dir():
        # Without rules nobody would be told of any mail: better seen at once than after a week.
        raise ConfigError((Problem(str(folder), 1, "there is no such folder of rules"),))
    # Editors leave hidden copies behind while a file is being written.
    files = (path for path in folder.glob("*.toml") if not path.name.startswith("."))
    return sorted(path for path in files if path.name != CATEGORY_FILE)


def _read_file(toml: TomlFile, stem: str) -> tuple[list[Rule], list[Problem]]:
    rules: list[Rule] = []
    problems = [
        toml.problem((key,), f"unknown key '{key}'; a rule file holds [[rule]] tables only")
        for key in toml.data
        if key != "rule"
    ]
    entries = toml.data.get("rule", [])
    if not isinstance(entries, list):
        return rules, [*problems, toml.problem(("rule",), "write [[rule]] with two brackets")]
    for index, entry in enumerate(entries):
        rule, wrong = _read_rule(toml, ("rule", index), entry, stem)
        rules += rule
        problems += wrong
    return rules, problems


def _read_rule(
    toml: TomlFile, at: TomlPath, entry: Any, group: str
) -> tuple[list[Rule], tuple[Problem, ...]]:
    name = entry.get("name") if isinstance(entry, dict) else None
    about = f"rule '{name}': " if isinstance(name, str) else ""
    model, problems = read_model(RuleModel, entry, toml, at, about=about, elsewhere=tuple(FIELDS))
    if model is None:
        return [], problems
    rule = Rule(
        name=model.name,
        why=model.why,
        on=frozenset(EventKind(event) for event in model.on),
        conditions=read_conditions(model.when, entry.get("when", {}), toml, (*at, "when")),
        actions=read_actions(model.then, entry["then"]),
        group=model.group or group,
        continues=model.continue_,
        mode=RuleMode(model.mode),
        file=toml.file,
        line=toml.line(at),
        key_lines={f"then.{word}": toml.line((*at, "then", word)) for word in entry["then"]},
    )
    return [rule], ()


def _doubled_names(rules: list[Rule]) -> list[Problem]:
    """Return a problem per name used twice: events, examples and the digest call a rule by its name."""
    first: dict[str, Rule] = {}
    problems = []
    for rule in rules:
        other = first.setdefault(rule.name.casefold(), rule)
        if other is not rule:
            where = f"{other.file}:{other.line}"
            problems.append(
                Problem(rule.file, rule.line, f"rule '{rule.name}': the name is taken by {where}")
            )
    return problems


def _references(rule: Rule) -> Iterator[tuple[str, str, str, int]]:
    """Yield kind, name, key and line of everything outside the rules that ``rule`` names."""
    for comparison in _comparisons(rule.conditions):
        kind = _FIELD_KINDS.get(comparison.field)
        if kind is not None and comparison.operator is Operator.EQUALS:
            for name in comparison.operands:
                yield kind, str(name), f"when.{comparison.key}", comparison.line
    for action in rule.actions:
        key = f"then.{ACTION_WORDS[type(action)]}"
        for kind, name in _named(action):
            yield kind, name, key, rule.line_of(key)


def _comparisons(conditions: tuple[Condition, ...]) -> Iterator[Comparison]:
    for condition in conditions:
        if isinstance(condition, Comparison):
            yield condition
        else:
            for alternative in condition.alternatives:
                yield from _comparisons(alternative)


def _named(action: Action) -> tuple[tuple[str, str], ...]:
    match action:
        case Reply(template) | Draft(template):
            return (("template", template),)
        case Assign(operator="", skill=skill):
            return (("skill", skill),)
        case Assign(operator=operator):
            return (("operator", operator),)
        case Notify(operators):
            return tuple(("operator", operator) for operator in operators)
        case SetCategory(category) if category:
            return (("category", category),)
    return ()
