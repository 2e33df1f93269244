"""``[metrics]`` and ``[log]``: how the desk lets itself be watched from outside."""

import ipaddress
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import PlainValidator, model_validator

from inboxd.configtypes import listen_address
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import OneOf

LOG_FORMATS = ("json", "text")


def _optional(text: object) -> tuple[str, int] | None:
    return None if text == "" else listen_address(text)


class MetricsModel(Outside):
    """``[metrics]``: ``/metrics`` and ``/healthz``; nothing listens without an address."""

    listen: Annotated[tuple[str, int] | None, PlainValidator(_optional)] = None
    anywhere: bool = False

    @model_validator(mode="after")
    def _on_this_machine(self) -> Self:
        if self.listen and not (self.anywhere or _is_loopback(self.listen[0])):
            raise ValueError(
                f"{self.listen[0]} can be reached from other machines, and nobody has to sign in:"
                " listen at 127.0.0.1, or write anywhere = true"
            )
        return self


class LogModel(Outside):
    """``[log]``."""

    format: Annotated[str, OneOf(LOG_FORMATS)] = "json"


@dataclass(frozen=True, slots=True)
class MetricsPlace:
    """Where figures and health are served, over HTTP without a sign-in; port 0 lets the system choose."""

    host: str
    port: int


def read_metrics(model: MetricsModel) -> MetricsPlace | None:
    """Return where to serve; None: nowhere."""
    return MetricsPlace(*model.listen) if model.listen else None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        # A name may mean any machine tomorrow; this one is ours by RFC 6761 6.3.
        return host == "localhost"
