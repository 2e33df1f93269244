from inboxd.core.assign import Colleague, choose_by_tags, choose_operator, present

ADA = Colleague("Ada", "ada@acme.test", ("billing", "API"), (("urgent", 1), ("low", 1)))
GRACE = Colleague("Grace", "grace@acme.test", ("api",), (("normal", 2),))
EDSGER = Colleague("Edsger", "edsger@acme.test", (), (("high", 3),))
ALL = (ADA, GRACE, EDSGER)


def test_load_weighs_priorities() -> None:
    """An urgent ticket keeps a person busier than a low one; an unknown word counts like a normal ticket."""
    assert (ADA.load, GRACE.load, EDSGER.load) == (4.5, 2, 6)
    assert Colleague("X", "x@x", (), (("odd", 1),)).load == 1


def test_by_name_or_address() -> None:
    """A named operator is found by name in any case or by address; a wrong name is nobody, not just anybody."""
    assert choose_operator(ALL, name="GRACE") is GRACE
    assert choose_operator(ALL, name="ada@acme.test") is ADA
    assert choose_operator(ALL, name="Alan") is None


def test_by_skill_the_least_busy() -> None:
    """Of those with the skill the one with the least to do; when nobody has it, the least busy of all."""
    assert choose_operator(ALL, skill="api") is GRACE
    assert choose_operator(ALL, skill="Billing") is ADA
    assert choose_operator(ALL, skill="cooking") is GRACE
    assert choose_operator((), skill="api") is None


def test_by_tags_the_best_fit() -> None:
    """Whose skills cover most of the ticket comes first, then who is least busy; no tag at all: who is least busy."""
    assert choose_by_tags(ALL, ("api", "billing")) is ADA
    assert choose_by_tags(ALL, ("api",)) is GRACE
    assert choose_by_tags(ALL, ("", "cooking")) is GRACE
    assert choose_by_tags((), ("api",)) is None


def test_who_is_away_gets_nothing_new() -> None:
    """Somebody away is passed over unless he is named, or nobody is there at all."""
    away = Colleague("Grace", "grace@acme.test", ("api",), (), away=True)
    assert present((ADA, away)) == (ADA,)
    assert present((away,)) == (away,)
    assert choose_operator((ADA, away), skill="api") is ADA
    assert choose_by_tags((ADA, away), ("api",)) is ADA
    assert choose_operator((ADA, away), name="Grace") is away
