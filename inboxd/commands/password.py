"""``inboxd password``: what an operator signs in with at the desk's submission port."""

import typer

from inboxd.commands.printing import print_text
from inboxd.config import Config, Operator
from inboxd.errors import PermanentError
from inboxd.passwords import SHORTEST, hash_password, new_password, save_hash


def set_password(config: Config, who: str, *, generate: bool) -> None:
    """Ask for a password, or make one and print it, and keep its hash. Raises ``PermanentError`` for a mistake."""
    operator = _find(config, who)
    if operator.password_hash_file is None:
        raise PermanentError(
            f"{operator.name} has no password_hash_file in config.toml; "
            f'add one to his [[operators]], such as password_hash_file = "var/passwords/{operator.name.lower()}"'
        )
    password = new_password() if generate else _ask(operator)
    save_hash(operator.password_hash_file, hash_password(password))
    if generate:
        print_text(password)


def _find(config: Config, who: str) -> Operator:
    name = who.strip().lower()
    for one in config.operators:
        if name in {*one.addresses, one.name.lower()}:
            return one
    names = ", ".join(one.name for one in config.operators)
    raise PermanentError(f"nobody is called {who!r}; there is {names}")


def _ask(operator: Operator) -> str:
    password: str = typer.prompt(
        f"New password of {operator.name}", hide_input=True, confirmation_prompt=True, err=True
    )
    if len(password) < SHORTEST:
        raise PermanentError(f"a password needs {SHORTEST} characters at least; --generate makes a good one")
    return password
