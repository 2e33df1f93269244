"""``customers.csv`` from the disk: what you know of people, in git beside the rules."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from inboxd.config import Config
from inboxd.core.customer_file import CustomerFile, read_customer_file
from inboxd.errors import Problem

_MOST_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class FileState:
    """The file as it lies there. ``sha256`` is empty where there is none, and nobody is named then."""

    said: CustomerFile
    sha256: str = ""


def load_customer_file(config: Config) -> FileState:
    """Return what the file says, with everything that is wrong with it."""
    path = config.customers.file
    name = str(path)
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return FileState(CustomerFile())
    except OSError as error:
        problem = Problem(name, 1, f"the file cannot be read: {error.strerror}")
        return FileState(CustomerFile(problems=(problem,)))
    sha256 = hashlib.sha256(raw).hexdigest()
    if len(raw) > _MOST_BYTES:
        problem = Problem(name, 1, f"the file is larger than {_MOST_BYTES // 1_000_000} MB")
        return FileState(CustomerFile(problems=(problem,)), sha256)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        problem = Problem(name, line, "this is no UTF-8: save the file as 'CSV UTF-8'")
        return FileState(CustomerFile(problems=(problem,)), sha256)
    return FileState(read_customer_file(text, name, _is_own(config)), sha256)


def _is_own(config: Config) -> Callable[[str], bool]:
    """Return what tells the addresses that are no customer's: the desk's and its operators'."""
    own = config.own_addresses
    operators = frozenset(address for one in config.operators for address in one.addresses)
    return lambda address: address in operators or address in own
