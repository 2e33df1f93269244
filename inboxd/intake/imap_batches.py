"""Fetching many mails in batches, the next batch while the one before is committed.

Only one batch is ever fetched ahead, on a thread of its own, and only while the caller does not speak on the connection. The
place in the folder moves with the commit and never with a fetch: what was fetched ahead of an error, of the end of the
desk or of the folder's UIDs is thrown away, and fetched again by whoever reads the folder next.
"""

import contextlib
import itertools
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from inboxd.core.folder_walk import Cursor, Listed, batches
from inboxd.intake.imap_fetch import MOST_OCTETS, Fetched, fetch_batch
from inboxd.intake.imap_folder import Folder, keep
from inboxd.intake.imap_session import Session

Batch = tuple[Listed, ...]
_Pair = tuple[Batch, tuple[Fetched, ...]]

# Of two batches together: a mail that is larger than a batch may be is never fetched beside another one.
_MOST_HELD = 2 * MOST_OCTETS


def take_all(folder: Folder, session: Session, cursor: Cursor, mails: Sequence[Listed]) -> int:
    """Fetch and commit mails, in order, and return how many; the cursor stays where it is."""
    cut = batches(mails, folder.caution.most_mails, MOST_OCTETS)
    with fetched_ahead(folder, session, cut) as pairs:
        return sum(keep(folder, cursor, fetched) for _, fetched in pairs)


@contextlib.contextmanager
def fetched_ahead(folder: Folder, session: Session, cut: Sequence[Batch]) -> Iterator[Iterator[_Pair]]:
    """Yield the batches one by one with what the server gave of each; what it raises over one comes in that one's turn.

    Inside, ``session`` belongs to what fetches; at the end it is free again, whatever happened.
    """
    # Closed here and not by whoever forgets it last: an exception's traceback would keep it, and the connection, in use.
    with contextlib.closing(_fetch_each(folder, session, cut)) as pairs, _room(folder, cut):
        yield pairs


def _room(folder: Folder, cut: Sequence[Batch]) -> contextlib.AbstractContextManager[object]:
    return folder.taking_much() if len(cut) > 1 else contextlib.nullcontext()


def _fetch_each(folder: Folder, session: Session, cut: Sequence[Batch]) -> Generator[_Pair, None, None]:
    ahead: Future[tuple[Fetched, ...]] | None = None
    with ThreadPoolExecutor(1, thread_name_prefix="imap fetch") as fetching:
        for batch, following in itertools.zip_longest(cut, cut[1:], fillvalue=()):
            fetched = _fetch(folder, session, batch) if ahead is None else ahead.result()
            ahead = None
            if following and _octets(batch) + _octets(following) <= _MOST_HELD and not folder.ended():
                ahead = fetching.submit(_fetch, folder, session, following)
            yield batch, fetched


def _fetch(folder: Folder, session: Session, batch: Batch) -> tuple[Fetched, ...]:
    return fetch_batch(session, batch, folder.account.max_size, folder.caution)


def _octets(batch: Batch) -> int:
    return sum(one.size for one in batch)
