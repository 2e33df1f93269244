import time

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.simhash import body_simhash, is_similar

ROBOT = (
    "Dear customer, we have received your message and opened case {number} for you at {time}. One of our agents will "
    "come back to you within two working days. Please do not send this request again, it only makes the queue longer. "
    "You can look at the state of your case in our portal at any time, day or night. Kind regards, the service team"
)
PERSON = (
    "Hello, since the update yesterday the export to CSV leaves out the last column of my invoices. I tried it in two "
    "browsers and with another account, it is the same everywhere. Can you tell me how I get the missing data? Thanks"
)


def test_a_robot_is_recognised_by_its_text() -> None:
    """Case numbers, times, capitals and line breaks change, and the text is still the same."""
    first = body_simhash(ROBOT.format(number=4711, time="10:31"))
    second = body_simhash(ROBOT.format(number=90210, time="23:59").upper().replace(". ", ".\r\n\r\n> "))
    assert is_similar(first, second)


def test_another_text_is_another_text() -> None:
    """Two persons who write different things are not taken for a loop, in any script."""
    assert not is_similar(body_simhash(ROBOT), body_simhash(PERSON))
    assert not is_similar(
        body_simhash("你好，我的导出功能从昨天开始不能用了"), body_simhash("请问怎么申请退款，发票在哪里下载")
    )
    assert is_similar(
        body_simhash("您好，您的工单 123 已经收到，我们会尽快回复您。"),
        body_simhash("您好，您的工单 98 已经收到，我们会尽快回复您"),
    )


def test_nothing_is_similar_to_nothing() -> None:
    """Bodies without words (a lone picture, an attachment) are never the same text."""
    assert body_simhash("") == body_simhash(" \n--- :-) !\n") == 0
    assert not is_similar(0, 0)


@given(st.text(max_size=400))
@settings(max_examples=60)
def test_any_text_has_a_hash(text: str) -> None:
    """Any text gives the same 64 bits again."""
    value = body_simhash(text)
    assert 0 <= value < 2**64
    assert value == body_simhash(text)


def test_a_huge_body_costs_little() -> None:
    """Only the beginning of a huge body is read."""
    started = time.perf_counter()
    body_simhash("loop " * 1_000_000)
    assert time.perf_counter() - started < 0.5
