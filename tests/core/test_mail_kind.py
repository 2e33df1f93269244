from inboxd.core.mail_kind import Kind


def test_the_kinds_others_rely_on() -> None:
    """The values of ``X-Inboxd-Kind`` are what filters of others look for (DESIGN 4.6): none is renamed."""
    told = "acknowledgement answer notification relay chase survey digest result alarm"
    assert [kind.value for kind in Kind] == told.split()
