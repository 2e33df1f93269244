"""``[customers]``: the file that says more of customers, and when which automatic tag holds."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from pydantic import Field

from inboxd.configlogin import absolute_path
from inboxd.core.customer_tags import AUTOMATIC_TAGS, MOST_TICKETS, TagTerms
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import OneOf, PositiveDuration, Text

_Score = Annotated[int, Field(ge=1, le=5)]
_Mean = Annotated[float, Field(ge=1, le=5)]


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """Where ``customers.csv`` is (there may be none), and when a customer has which tag by himself."""

    file: Path = Path("customers.csv")
    terms: TagTerms = field(default_factory=TagTerms)


class CustomersModel(Outside):
    """What is not named has the default that stands in ``TagTerms``."""

    file: Text = "customers.csv"
    automatic_tags: list[Annotated[str, OneOf(AUTOMATIC_TAGS)]] = Field(default=list(AUTOMATIC_TAGS))
    new_for: PositiveDuration = dt.timedelta(days=14)
    frequent_tickets: Annotated[int, Field(ge=2, le=MOST_TICKETS)] = 5
    frequent_within: PositiveDuration = dt.timedelta(days=90)
    unhappy_score: _Score = 2
    unhappy_average: _Mean = 2.5
    left_after: PositiveDuration = dt.timedelta(days=365)


def read_customers(model: CustomersModel, folder: Path) -> CustomerPlan:
    """Return the plan; the file's path is made absolute."""
    terms = TagTerms(
        tuple(dict.fromkeys(model.automatic_tags)),
        model.new_for,
        model.frequent_tickets,
        model.frequent_within,
        model.unhappy_score,
        model.unhappy_average,
        model.left_after,
    )
    return CustomerPlan(absolute_path(folder, model.file), terms)
