"""Signatures and passwords are compared in constant time, wherever one is read."""

import ast
from pathlib import Path
from typing import Any

import pytest

from inboxd import passwords
from inboxd.core import tokens
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.tokens import Tokens

ROOT = Path(__file__).parents[1]
OWN = OwnAddresses(frozenset({"support@acme.test"}), "+")


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    """What was handed to ``hmac.compare_digest``."""
    found: list[tuple[Any, Any]] = []
    real = tokens.hmac.compare_digest

    def compare(left: Any, right: Any) -> bool:
        found.append((left, right))
        return real(left, right)

    monkeypatch.setattr(tokens.hmac, "compare_digest", compare)
    return found


def test_every_signature_is_compared_in_constant_time(compared: list[tuple[Any, Any]]) -> None:
    """Whatever token is read, right or wrong, its whole signature goes through ``compare_digest``."""
    made = Tokens(b"k" * 32)
    message_id = made.message_id(ticket=1, outbox=2, domain="acme.test")
    address = made.customer_address("support@acme.test", 1)
    operator = made.operator_address("support@acme.test", 1, "ada@acme.test")
    path = made.return_path("support@acme.test", 3)
    reads = (
        lambda with_: with_.read_message_id(message_id),
        lambda with_: with_.read_reply_address(address, OWN),
        lambda with_: with_.read_reply_address(operator, OWN, ("ada@acme.test",)),
        lambda with_: with_.read_return_path(path, OWN),
    )
    for read in reads:
        for reader, readable in ((made, True), (Tokens(b"x" * 32), False)):
            compared.clear()
            assert (read(reader) is not None) is readable
            assert compared
            assert all(len(left) == len(right) == tokens.SIGNATURE_LENGTH for left, right in compared)


def test_passwords_are_compared_in_constant_time(compared: list[tuple[Any, Any]]) -> None:
    """The derived keys are compared, both whole."""
    kept = passwords.hash_password("right")
    compared.clear()
    assert passwords.is_right("right", kept)
    assert not passwords.is_right("wrong", kept)
    assert [len(left) == len(right) == 32 for left, right in compared] == [True, True]


def test_nothing_made_by_sign_is_compared_otherwise() -> None:
    """No ``==`` and no ``in`` anywhere in the package has a fresh signature on one of its sides."""
    found = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "inboxd").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Compare)
        for side in (node.left, *node.comparators)
        for part in ast.walk(side)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in {"sign", "hexdigest"}
    ]
    assert found == []
