import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from inboxd.intake.doorbell import Doorbell


def test_one_wake_up_for_all_that_was_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty answers given on another thread while the loop sleeps wake it once, and each one is heard by who asked for it."""
    futures: list[Future[int]] = [Future() for _ in range(50)]
    wakes = []

    async def main() -> None:
        loop, bell = asyncio.get_running_loop(), Doorbell()
        wake = loop.call_soon_threadsafe

        def woken(*said: Any) -> object:
            wakes.append(said)
            return wake(*said)

        monkeypatch.setattr(loop, "call_soon_threadsafe", woken)
        asked = [asyncio.create_task(bell.answer_to(future)) for future in futures]
        await asyncio.sleep(0)
        # On this very thread: the loop cannot look before all have been answered.
        for number, future in enumerate(futures):
            future.set_result(number)
        assert await asyncio.gather(*asked) == list(range(50))

    asyncio.run(main())
    assert len(wakes) == 1


def test_it_rings_again() -> None:
    """Answers that come one after the other from another thread are all heard, and an error is raised where it belongs."""

    async def main() -> None:
        bell = Doorbell()
        with ThreadPoolExecutor(1) as other:
            for number in range(100):
                assert await bell.answer_to(other.submit(int, number)) == number
            with pytest.raises(ZeroDivisionError):
                await bell.answer_to(other.submit(divmod, 1, 0))

    asyncio.run(main())


def test_who_stops_waiting_stops_nothing() -> None:
    """A client that hangs up cancels his waiting; the future stays, and the answers to others are heard."""

    async def main() -> None:
        bell = Doorbell()
        gone, here = Future[int](), Future[int]()
        waiting = asyncio.create_task(bell.answer_to(gone))
        other = asyncio.create_task(bell.answer_to(here))
        await asyncio.sleep(0)
        waiting.cancel()
        gone.set_result(1)
        here.set_result(2)
        assert await other == 2
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert not gone.cancelled()

    asyncio.run(main())


def test_an_answer_after_the_end_is_no_error() -> None:
    """A commit that ends after the server has stopped finds nobody to tell, and says nothing."""
    late = Future[int]()
    bell = Doorbell()

    async def main() -> None:
        waiting = asyncio.create_task(bell.answer_to(late))
        await asyncio.sleep(0)
        waiting.cancel()

    asyncio.run(main())
    late.set_result(1)
    assert late.result() == 1
