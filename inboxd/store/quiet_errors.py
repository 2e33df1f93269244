"""Errors of PostgreSQL without the row that failed: it is somebody's mail, and an error ends in the log."""

from sqlalchemy.engine import ExceptionContext


def without_rows(context: ExceptionContext) -> None:
    """Keep of an error what went wrong; drop the detail (``Failing row contains …``), as a ``handle_error`` listener.

    SQLite's errors name columns only and stay as they are.
    """
    error = context.original_exception
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if not isinstance(primary, str):
        return
    error.args = (primary,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (f"({type(error).__name__}) {primary}",)
