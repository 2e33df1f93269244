"""``[priority]``: what urgency, severity and history weigh, and from where on a ticket is urgent, high or low."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from inboxd.core.priority import PriorityWeights
from inboxd.tomlmodel import Outside

_Weight = Annotated[float, Field(ge=0, le=100)]
_Threshold = Annotated[float, Field(ge=0, le=1)]
_DEFAULT = PriorityWeights()


class PriorityModel(Outside):
    """The weights need not add up to 1; the thresholds are values of P, which does (0 to 1)."""

    urgency: _Weight = _DEFAULT.urgency
    severity: _Weight = _DEFAULT.severity
    history: _Weight = _DEFAULT.history
    urgent_from: _Threshold = _DEFAULT.urgent_from
    high_from: _Threshold = _DEFAULT.high_from
    low_below: _Threshold = _DEFAULT.low_below

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.urgency + self.severity + self.history == 0:
            raise ValueError("one of urgency, severity and history must weigh something")
        if not self.low_below <= self.high_from <= self.urgent_from:
            raise ValueError("low_below, high_from and urgent_from must stand in this order")
        return self


def read_priority(model: PriorityModel) -> PriorityWeights:
    """Return the weights as the core asks for them."""
    return PriorityWeights(**{name: getattr(model, name) for name in PriorityModel.model_fields})
