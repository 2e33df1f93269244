import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text

from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.pipeline import process_one
from inboxd.reading_ahead import BATCH, MAX_BYTES, ReadingAhead, _embed


class Model:
    """Notes what it was asked to embed."""

    name = "notes"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return nothing of use."""
        self.batches.append(list(texts))
        return np.zeros((len(texts), 1), np.float32)


@pytest.fixture
def model(lite_stage: Any) -> Model:
    """Return the model of a desk whose knowledge base is loaded."""
    lite_stage.shelf.embedder = Model()
    return lite_stage.shelf.embedder  # type: ignore[no-any-return]


def reader(stage: Any, seen: list[object] | None = None) -> ReadingAhead:
    told = [] if seen is None else seen
    return ReadingAhead(stage.desk, told.append, lambda: told.append("end"))


def look(ahead: ReadingAhead) -> None:
    """Look as often as it takes to ask the store once, and wait for the model."""
    for _ in range(8):
        ahead.look()
    ahead._model.submit(lambda: None).result()


def test_waiting_mails_are_embedded_together(
    lite_stage: Any, model: Model, mail: Callable[..., bytes]
) -> None:
    """What three waiting mails ask goes through the model at once, each told to who watches, and only once."""
    for number in range(3):
        lite_stage.accept(mail(subject=f"Thing {number}", body=f"Where is my thing number {'x' * number}?"))
    seen: list[object] = []
    ahead = reader(lite_stage, seen)
    look(ahead)
    assert len(model.batches) == 1
    assert sum("Where is my thing" in unit for unit in model.batches[0]) >= 3
    assert seen[1::2] == ["end"] * 3
    look(ahead)
    assert len(model.batches) == 1


def test_two_mails_are_left_to_their_turn(lite_stage: Any, model: Model, mail: Callable[..., bytes]) -> None:
    """Where nothing is won nothing is read ahead."""
    for number in range(2):
        lite_stage.accept(mail(subject=f"Thing {number}"))
    look(reader(lite_stage))
    assert model.batches == []


def test_without_a_model_nothing_is_read(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """While the model is loading, or on a desk without one, mails are left alone."""
    for number in range(4):
        lite_stage.accept(mail(subject=f"Thing {number}"))
    seen: list[object] = []
    look(reader(lite_stage, seen))
    assert seen == []


def test_long_mails_and_answers_are_not_read_ahead(
    lite_stage: Any, model: Model, mail: Callable[..., bytes]
) -> None:
    """Megabytes are no question, and what answers another mail or comes from a machine is not matched."""
    for number in range(3):
        lite_stage.accept(mail(subject=f"Long {number}", body="word " * (MAX_BYTES // 5)))
    for number in range(3):
        lite_stage.accept(mail(subject=f"Re: {number}", in_reply_to="<a@b.example>"))
    for number in range(3):
        lite_stage.accept(b"Auto-Submitted: auto-replied\r\n" + mail(subject=f"Out of office {number}"))
    look(reader(lite_stage))
    assert [unit for batch in model.batches for unit in batch] == []


def test_the_next_batch_is_read_while_one_is_decided(
    lite_stage: Any, model: Model, mail: Callable[..., bytes]
) -> None:
    """Of many mails two batches are asked for, in parts, and no more until some are done."""
    for number in range(2 * BATCH + 10):
        lite_stage.accept(mail(subject=f"Thing {number}", body=f"Where is thing {number}?"))
    ahead = reader(lite_stage)
    for _ in range(4):
        look(ahead)
    asked = [unit for batch in model.batches for unit in batch if unit.startswith("Where is thing")]
    assert len(asked) == len(set(asked)) == 2 * BATCH
    ahead.close()


def test_what_was_read_ahead_is_not_parsed_again(
    lite_stage: Any, model: Model, mail: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """When its turn has come a mail is taken as it was parsed before, once."""
    for number in range(3):
        lite_stage.accept(mail(subject=f"Thing {number}"))
    look(reader(lite_stage))
    assert len(lite_stage.desk.ahead) == 3
    monkeypatch.setattr("inboxd.gather.parse", None)
    while process_one(lite_stage.desk):
        pass
    assert lite_stage.desk.ahead == {}
    assert [one.subject for one in lite_stage.tickets] == ["Thing 0", "Thing 1", "Thing 2"]


def test_mail_somebody_else_processed_is_not_kept(
    lite_stage: Any, model: Model, mail: Callable[..., bytes]
) -> None:
    """What waits no more when the store is asked again was read ahead for nothing, and goes."""
    for number in range(3):
        lite_stage.accept(mail(subject=f"Thing {number}"))
    ahead = reader(lite_stage)
    look(ahead)
    with lite_stage.desk.engine.begin() as connection:
        connection.execute(text("update mail set state = 'processed' where id = 1"))
    look(ahead)
    assert set(lite_stage.desk.ahead) == {2, 3}


def test_a_batch_goes_through_the_model_in_parts(
    lite_stage: Any, model: Model, mail: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of forty mails a batch is read, eight at a time; the few beyond it are not worth a second call yet."""
    monkeypatch.setattr("inboxd.reading_ahead._MAX_UNITS", 12)
    for number in range(BATCH + 8):
        lite_stage.accept(mail(subject="", body=f"Where is thing {number}?"))
    ahead = reader(lite_stage)
    for _ in range(3):
        look(ahead)
    asked = [sum("Where is thing" in unit for unit in batch) for batch in model.batches]
    assert asked == [8] * (BATCH // 8)

    monkeypatch.setattr("inboxd.reading_ahead._MAX_UNITS", 5)
    model.batches.clear()
    look(reader(lite_stage))
    assert [len(batch) for batch in model.batches] == [5] * (BATCH // 8)


def test_the_store_is_not_asked_with_every_mail(
    lite_stage: Any, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits is looked at when the first mail passes, and then with every eighth."""
    asked: list[int] = []
    monkeypatch.setattr("inboxd.reading_ahead.mails.list_untried", lambda *_: asked.append(len(looks)) or [])
    ahead, looks = reader(lite_stage), list[int]()
    for number in range(1, 18):
        looks.append(number)
        ahead.look()
    assert asked == [1, 9, 17]


def test_only_what_was_written_now_is_read(lite_stage: Any, model: Model, mail: Callable[..., bytes]) -> None:
    """What a mail quotes is not its question, and is not looked up when its turn comes."""
    quote = (
        "-----Original Message-----\nFrom: Ada <ada@acme.test>\nSubject: Zoo\n\nWhere are the zebras kept?"
    )
    for number in range(3):
        lite_stage.accept(mail(subject=f"Thing {number}", body=f"Where is thing {number}?\n\n{quote}"))
    look(reader(lite_stage))
    units = [unit for batch in model.batches for unit in batch]
    assert any("Where is thing" in unit for unit in units)
    assert not any("zebras" in unit for unit in units)


def test_a_mail_that_cannot_be_read_stops_nobody(
    lite_stage: Any, model: Model, mail: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The others are read ahead all the same, and whoever watches is told of its end."""

    def parse_or_fail(raw: bytes) -> Mail:
        if b"poison" in raw:
            raise RecursionError
        return parse(raw)

    monkeypatch.setattr("inboxd.reading_ahead.parse", parse_or_fail)
    for thing in ("hat", "poison", "coat"):
        lite_stage.accept(mail(subject=thing, body=f"Where is my {thing}?"))
    seen: list[object] = []
    look(reader(lite_stage, seen))
    assert seen[1::2] == ["end"] * 3
    said = " ".join(unit for batch in model.batches for unit in batch)
    assert [word in said for word in ("hat", "poison", "coat")] == [True, False, True]


def test_at_the_end_nothing_more_is_embedded(lite_stage: Any, mail: Callable[..., bytes]) -> None:
    """Parts of a batch that wait for the model when the desk ends are dropped, and nobody waits for them."""
    begun, may, embedded = threading.Event(), threading.Event(), []

    class Slow(Model):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            embedded.append(len(texts))
            begun.set()
            assert may.wait(10)
            return super().embed(texts)

    lite_stage.shelf.embedder = Slow()
    for number in range(24):
        lite_stage.accept(mail(subject=f"Thing {number}", body=f"Where is thing {number}?"))
    ahead = reader(lite_stage)
    ahead.look()
    assert begun.wait(10)
    ahead.close()
    may.set()
    ahead._model.shutdown(wait=True)
    assert len(embedded) == 1


def test_a_model_that_fails_harms_nothing() -> None:
    """The mail itself will show it, when it is its turn."""

    class Broken(Model):
        def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
            raise RuntimeError(texts[0])

    _embed(Broken(), ["x"])
