from surgery_ledger import Ledger, Poll, judge


def _ledger(until: float | None = None) -> Ledger:
    ledger = Ledger()
    ledger.delivered(1, "INBOX", "append", 10.0)
    if until is not None:
        ledger.goes([1], "INBOX", until)
    return ledger


def test_a_mail_that_still_lies_there_is_lost() -> None:
    """Whether anybody looked or not: the desk must have it in the end."""
    assert judge(_ledger(), {}, []).lost == (1,)
    assert judge(_ledger(), {1: 1}, []).lost == ()


def test_a_mail_that_could_be_seen_is_lost() -> None:
    """Removed or not: one whole look at its folder while it lay there was the desk's chance."""
    assert judge(_ledger(20.0), {}, [Poll("INBOX", 11.0, 12.0)]).lost == (1,)


def test_a_mail_nobody_could_see_is_not_lost() -> None:
    """A look that began too early, ended too late, or was at another folder proves nothing; it is told apart."""
    for poll in (Poll("INBOX", 9.0, 12.0), Poll("INBOX", 19.0, 21.0), Poll("Support", 11.0, 12.0)):
        verdict = judge(_ledger(20.0), {}, [poll])
        assert (verdict.lost, verdict.never_seen) == ((), (1,))


def test_every_life_counts() -> None:
    """A mail that was moved away and back had two chances."""
    ledger = _ledger(20.0)
    ledger.appeared(1, "Support", 30.0)
    ledger.goes([1], "Support", 40.0)
    assert judge(ledger, {}, [Poll("Support", 31.0, 32.0)]).lost == (1,)


def test_two_of_one_are_doubled() -> None:
    """However often it was delivered or copied: one mail is one."""
    ledger = _ledger()
    ledger.delivered(1, "Support", "lmtp", 11.0)
    assert judge(ledger, {1: 2}, []).doubled == (1,)
    assert judge(ledger, {1: 1}, []).doubled == ()
