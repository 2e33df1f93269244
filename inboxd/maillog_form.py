"""How a line of the log looks: one event per line, as JSON or as words, always with the id of the mail in work."""

import contextvars
import json
import logging
import re
from collections.abc import Mapping
from typing import Any

from inboxd.core.redact_text import redact
from inboxd.redaction import redacted

current_mail: contextvars.ContextVar[int | None] = contextvars.ContextVar("current_mail", default=None)
# Made once: ``json.dumps`` makes one for every line.
_JSON = json.JSONEncoder(ensure_ascii=False, default=str)
# What stands in a value without quotation marks: nothing that could end it, begin another or end the line.
_PLAIN = re.compile(r"[\w.:/@+#<>,-]{1,200}", re.ASCII)


class JsonLines(logging.Formatter):
    """One JSON document per line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return _JSON.encode(document_of(self, record))


class TextLines(logging.Formatter):
    """Time, level, what happened, then ``name=value``; whatever is no plain word is quoted as in JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        document = document_of(self, record)
        head = [str(document.pop(name)) for name in ("at", "level", "action")]
        if getattr(record, "event", None):
            # The sentence only says in words what the fields say.
            del document["message"]
        return " ".join((*head, *(f"{name}={_word(value)}" for name, value in document.items())))


def document_of(formatter: logging.Formatter, record: logging.LogRecord) -> dict[str, Any]:
    """Return what a line says, without secrets and what customers should not have written. A traceback is one value of it, however many lines it has."""
    extra: Mapping[str, Any] = getattr(record, "event", {})
    mail_id = current_mail.get()
    said = {
        **({"mail_id": mail_id} if mail_id is not None else {}),
        "message": record.getMessage(),
        **extra,
    }
    if record.exc_info:
        said["traceback"] = formatter.formatException(record.exc_info)
    return {
        # These are words of programs.
        "at": formatter.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
        "level": record.levelname.lower(),
        "action": getattr(record, "action", record.name),
        **{
            name: redact(redacted(value)) if isinstance(value, str) else value for name, value in said.items()
        },
    }


def _word(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
