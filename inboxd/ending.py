"""How the program ends: with an exit code, and for what went wrong with sentences on stderr."""

import contextlib
import sys
from collections.abc import Iterator

from inboxd.errors import ConfigError, InboxdError

EXIT_NO = 1
EXIT_CONFIGURATION = 2
EX_TEMPFAIL = 75  # sysexits.h: an MTA that pipes to us keeps the mail and tries again
EXIT_INTERRUPTED = 130  # as shells have it: 128 and the number of SIGINT


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Let every error become its exit code and a sentence on stderr."""
    try:
        yield
    except ConfigError as error:
        complain(*map(str, error.problems))
        sys.exit(EXIT_CONFIGURATION)
    except KeyboardInterrupt:
        sys.exit(EXIT_INTERRUPTED)
    except (InboxdError, OSError, _store_error()) as error:
        complain(str(error))
        sys.exit(EXIT_NO)


def complain(*sentences: str) -> None:
    """Write sentences to stderr, each on a line of its own."""
    from rich.console import Console  # noqa: PLC0415  megabytes, and mostly nothing goes wrong

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    for sentence in sentences:
        console.print(sentence, style="red", markup=False)


def _store_error() -> type[Exception]:
    """Return what a database raises; loaded when something was raised, for it takes a third of a second."""
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415  as above

    return SQLAlchemyError
