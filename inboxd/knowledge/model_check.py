"""Whether the configured model can be had, told without loading it."""

from inboxd.errors import InboxdError
from inboxd.knowledge.model_export import resolve_source


def model_problem(model: str) -> str:
    """Return in a sentence why the model cannot be had; empty when it can."""
    try:
        resolve_source(model)
    except (InboxdError, OSError) as error:
        return str(error)
    return ""
