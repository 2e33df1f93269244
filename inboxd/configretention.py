"""``[retention]``: how long what people wrote is kept. Nothing is removed by age unless it is asked for."""

import datetime as dt
from dataclasses import dataclass

from inboxd.tomlmodel import Outside
from inboxd.tomltypes import PositiveDuration


@dataclass(frozen=True, slots=True)
class RetentionPlan:
    """How old the bytes of mails, the words of messages and the attachments may get; None: they are kept for good."""

    raw_mail: dt.timedelta | None = None
    messages: dt.timedelta | None = None
    attachments: dt.timedelta | None = None

    @property
    def keeps_all(self) -> bool:
        """Return whether nothing is ever removed by age."""
        return self.raw_mail is None and self.messages is None and self.attachments is None


class RetentionModel(Outside):
    """What is not named is kept for good."""

    raw_mail: PositiveDuration | None = None
    messages: PositiveDuration | None = None
    attachments: PositiveDuration | None = None


def read_retention(model: RetentionModel) -> RetentionPlan:
    """Return the plan as the nightly job asks for it."""
    return RetentionPlan(model.raw_mail, model.messages, model.attachments)
