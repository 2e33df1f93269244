"""Queue folders as they stand in config.toml: ``[intake.imap.folders]``, and the folders they become."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from inboxd.core.queue_folders import Queue, snooze_end
from inboxd.core.working_time import WEEKDAYS, Interval, WorkingHours
from inboxd.tomlmodel import Outside
from inboxd.tomltypes import PositiveDuration

_ANY_MONDAY = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
_ALL_DAY = WorkingHours("UTC", tuple((Interval(0, 86_400),) for _ in WEEKDAYS))
_SNOOZES = {"Tomorrow": "tomorrow", "Monday": "monday", "Next week": "next week"}


def _folder(name: str) -> str:
    if not all(level.strip() == level and level for level in name.split("/")):
        raise ValueError(f"{name[:80]!r} is no folder: levels are parted by '/', such as 'Desk/Open'")
    return name


def _folder_or_none(name: str) -> str:
    return _folder(name) if name else name


def _one_level(name: str) -> str:
    if "/" in name:
        raise ValueError(f"{name[:80]!r} is the name of one folder, without '/'")
    return _folder(name)


def _snooze(words: str) -> str:
    snooze_end(words, _ANY_MONDAY, _ALL_DAY)
    return words


FolderName = Annotated[str, AfterValidator(_folder)]
OptionalFolder = Annotated[str, AfterValidator(_folder_or_none)]
SnoozeName = Annotated[str, AfterValidator(_one_level)]
SnoozeWords = Annotated[str, AfterValidator(_snooze)]


class FoldersModel(Outside):
    """``[intake.imap.folders]``: the table alone switches them on."""

    enabled: bool = True
    open: OptionalFolder = "Desk/Open"
    waiting: FolderName = "Desk/Waiting"
    late: OptionalFolder = "Desk/Late"
    done: FolderName = "Desk/Done"
    spam: FolderName = "Desk/Spam"
    snooze: FolderName = "Desk/Snooze"
    snoozes: dict[SnoozeName, SnoozeWords] = Field(default_factory=lambda: dict(_SNOOZES))
    look_every: PositiveDuration = dt.timedelta(seconds=15)

    @model_validator(mode="after")
    def _all_different(self) -> Self:
        names = [name for name in _names(self).values() if name]
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise ValueError(f"{min(doubled)!r} is the folder of two queues")
        return self


@dataclass(frozen=True, slots=True)
class QueueFolders:
    """The queue folders of a mailbox: ``names`` by place, levels parted by ``/``; ``snoozes``: until when, by place.

    A look at them every ``look_every`` is enough: moving a mail is not as urgent as a new one.
    """

    names: Mapping[str, str] = field(hash=False)
    snoozes: Mapping[str, str] = field(hash=False)
    look_every: dt.timedelta


def read_folders(model: FoldersModel | None) -> QueueFolders | None:
    """Return the queue folders, or None when they are off."""
    if model is None or not model.enabled:
        return None
    names = {place: name for place, name in _names(model).items() if name}
    snoozes = {f"{Queue.SNOOZE}/{name}": words for name, words in model.snoozes.items()}
    snoozes = {str(Queue.SNOOZE): "tomorrow", **snoozes}
    return QueueFolders(MappingProxyType(names), MappingProxyType(snoozes), model.look_every)


def _names(model: FoldersModel) -> dict[str, str]:
    queues = (Queue.OPEN, Queue.WAITING, Queue.LATE, Queue.DONE, Queue.SPAM, Queue.SNOOZE)
    names = {str(queue): getattr(model, queue.value) for queue in queues}
    return names | {f"{Queue.SNOOZE}/{name}": f"{model.snooze}/{name}" for name in model.snoozes}
