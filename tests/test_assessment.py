from dataclasses import replace
from typing import Any

from inboxd.core.categories import Category
from inboxd.core.priority import PriorityWeights

CATEGORIES = (
    Category("outage", "the service is down", ("Your server cannot be reached",), 1.0),
    Category("wish", "a wish", ("Please add a dark mode",), 0.0),
)
SHOW = '[[rule]]\nname = "shown"\non = ["ticket.created"]\nthen.notify = true\n'


def test_a_new_ticket_is_assessed(lite_stage: Any, mail: Any) -> None:
    """Category and priority stand on the ticket and, with everything they were read from, in the explanation."""
    lite_stage.desk.active.replace(categories=CATEGORIES)
    mail_id = lite_stage.take(mail("Your server cannot be reached, this is urgent!"))
    ticket = lite_stage.ticket()
    assert (ticket.category, ticket.priority) == ("outage", "urgent")
    facts = lite_stage.stored(mail_id).decision["facts"]
    assert facts["category"]["nearest"] == "Your server cannot be reached"
    assert facts["priority"]["score"] == ticket.priority_score
    assert [part["name"] for part in facts["priority"]["parts"]] == ["urgency", "severity", "history"]
    assert facts["priority"]["parts"][1]["evidence"][0] == "category outage"


def test_rules_see_it_and_override_it(lite_stage: Any, mail: Any) -> None:
    """A rule can ask for category and priority of a new ticket, and its own word stands above them."""
    lite_stage.desk.active.replace(categories=CATEGORIES)
    lite_stage.rules(
        SHOW
        + '[[rule]]\nname = "calm"\ngroup = "x"\non = ["ticket.created"]\nwhen.ticket.category = "outage"\n'
        + 'when.ticket.priority = "urgent"\nthen.priority = "low"\nthen.category = "wish"\n'
    )
    lite_stage.take(mail("Your server cannot be reached, this is urgent!"))
    ticket = lite_stage.ticket()
    assert (ticket.category, ticket.priority) == ("wish", "low")


def test_the_command_overrides_too(lite_stage: Any, mail: Any) -> None:
    """``#priority`` and ``#category`` have the last word; a category that does not exist comes back with the nearest."""
    lite_stage.desk.active.replace(categories=CATEGORIES)
    lite_stage.rules(SHOW)
    lite_stage.take(mail("Your server cannot be reached, this is urgent!"))
    told = lite_stage.written("notification")[0]
    lite_stage.reply(told, "#priority low\n#category Wish", from_="ada@acme.test")
    assert (lite_stage.ticket().category, lite_stage.ticket().priority) == ("wish", "low")
    lite_stage.reply(told, "#category outtage", from_="ada@acme.test")
    assert "did you mean 'outage'" in " ".join(lite_stage.written("result")[-1].mail.text.split())
    assert lite_stage.ticket().category == "wish"


def test_weights_and_history_are_configurable(lite_stage: Any, mail: Any) -> None:
    """With history as the only weight the words do not count, but what the customer went through does."""
    lite_stage.rules(SHOW)
    lite_stage.configure(priority=PriorityWeights(urgency=0, severity=0, history=1, low_below=0.05))
    lite_stage.take(mail("This is urgent, the server is down!"))
    lite_stage.take(mail("Something else.", subject="Another"))
    assert [one.priority for one in lite_stage.tickets] == ["low", "normal"]


def test_history_is_not_assessed(lite_stage: Any, mail: Any) -> None:
    """Mail from an archive was urgent long ago: its ticket is normal and has no category."""
    lite_stage.desk.active.replace(categories=CATEGORIES)
    lite_stage.take(mail("Your server cannot be reached, this is urgent!"), imported=True)
    assert (lite_stage.ticket().category, lite_stage.ticket().priority) == ("", "normal")


def test_no_categories_no_category(lite_stage: Any, mail: Any) -> None:
    """A desk without categories.toml has none, and is assessed by words alone."""
    lite_stage.configure(priority=replace(PriorityWeights()))
    mail_id = lite_stage.take(mail("There was data loss."))
    assert lite_stage.stored(mail_id).decision["facts"]["category"] is None
    assert lite_stage.ticket().category == ""
