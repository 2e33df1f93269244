"""``[sla]`` of config.toml as people write it: the week, targets and policies."""

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from inboxd.configescalation import EscalateModel
from inboxd.configholidays import HolidaysModel
from inboxd.configtypes import (
    DateText,
    Day,
)
from inboxd.core.rule_fields import PRIORITIES, WEEKDAYS
from inboxd.core.sla import PAUSES
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import Duration, OneOf, PositiveDuration, Text


class HoursModel(Outside):
    """``[sla.hours]``: replaces the whole week; a day that is not named is closed."""

    monday: Day = Field(default_factory=list)
    tuesday: Day = Field(default_factory=list)
    wednesday: Day = Field(default_factory=list)
    thursday: Day = Field(default_factory=list)
    friday: Day = Field(default_factory=list)
    saturday: Day = Field(default_factory=list)
    sunday: Day = Field(default_factory=list)

    @model_validator(mode="after")
    def _some_day(self) -> Self:
        if not any(getattr(self, day) for day in WEEKDAYS):
            raise ValueError("the desk is never open")
        return self


_WORKING_WEEK = HoursModel.model_validate({day: ["09:00-17:00"] for day in WEEKDAYS[:5]})


class TargetsModel(Outside):
    """How much working time an answer may take, and in which states its clock stands still."""

    first_response: PositiveDuration | None = None
    next_response: PositiveDuration | None = None
    resolution: PositiveDuration | None = None
    pauses: list[Annotated[str, OneOf(tuple(sorted(PAUSES)))]] | None = None


class PolicyModel(TargetsModel):
    """``[[sla.policy]]``: targets of some tickets; those not named are the ones of ``[sla]``."""

    name: Text
    priority: list[Annotated[str, OneOf(PRIORITIES)]] = Field(default_factory=list)
    tags: list[Text] = Field(default_factory=list)
    customer_tags: list[Text] = Field(default_factory=list)

    @model_validator(mode="after")
    def _for_some(self) -> Self:
        if not (self.priority or self.tags or self.customer_tags):
            raise ValueError(
                "needs priority, tags or customer_tags: for all tickets the targets stand in [sla]"
            )
        return self


class SlaModel(TargetsModel, HolidaysModel):
    """``[sla]``."""

    first_response: PositiveDuration | None = dt.timedelta(hours=8)
    next_response: PositiveDuration | None = dt.timedelta(hours=8)
    resolution: PositiveDuration | None = dt.timedelta(hours=40)
    warn_at: Annotated[float, Field(gt=0, lt=1)] = 0.75
    warn_before: PositiveDuration = dt.timedelta(minutes=15)
    remind_every: Duration = dt.timedelta(minutes=10)
    idle_after: PositiveDuration = dt.timedelta(days=1)
    close_after: PositiveDuration = dt.timedelta(days=28)
    hours: HoursModel = _WORKING_WEEK
    half_days: dict[DateText, Day] = Field(default_factory=dict)
    policy: list[PolicyModel] = Field(default_factory=list)
    escalate: list[EscalateModel] = Field(default_factory=list)
