"""``[report]``: what an answer by hand costs, for the figures of time and money saved."""

from typing import Annotated

from pydantic import AfterValidator, Field

from inboxd.core.report_facts import Rates
from inboxd.tomlmodel import Outside

_DEFAULT = Rates()
_CURRENCY_LETTERS = 3


def _currency(text: str) -> str:
    """Return the code (ISO 4217) in capitals; raise ``ValueError`` for anything that cannot be one."""
    if text and not (text.isascii() and text.isalpha() and len(text) == _CURRENCY_LETTERS):
        raise ValueError(f"must be three letters such as 'EUR', not {text[:40]!r}")
    return text.upper()


_Money = Annotated[float, Field(ge=0, le=1_000_000)]


class ReportModel(Outside):
    """Without ``hourly_rate`` nothing is told in money."""

    minutes_per_answer: Annotated[float, Field(gt=0, le=480)] = _DEFAULT.minutes_per_answer
    hourly_rate: _Money | None = _DEFAULT.hourly_rate
    monthly_cost: _Money = _DEFAULT.monthly_cost
    currency: Annotated[str, AfterValidator(_currency)] = _DEFAULT.currency


def read_report(model: ReportModel) -> Rates:
    """Return the rates as the core asks for them."""
    return Rates(model.minutes_per_answer, model.hourly_rate, model.monthly_cost, model.currency)
