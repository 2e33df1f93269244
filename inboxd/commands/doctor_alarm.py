"""The doctor's test alarm: whether the second channel works is found out before it is needed."""

from collections.abc import Iterator

from inboxd.clock import Clock
from inboxd.config import Config
from inboxd.core.alarm_kind import AlarmKind
from inboxd.core.alarms import Alarm
from inboxd.core.probe import Check
from inboxd.jobs.alarm_letters import tell_by_channel
from inboxd.outgoing.transmit import Outcome

_NAME = "alarm channel"
_NONE = (
    "there is none: alarms go to the operators by the usual way, which may be what is broken; "
    "[alarm] names another one"
)


def check_alarm(config: Config, clock: Clock) -> Iterator[Check]:
    """Send a test alarm by the channel of ``[alarm]`` and say what became of it."""
    plan = config.alarm
    if plan is None:
        yield Check(_NAME, True, _NONE)
        return
    now = clock()
    alarm = Alarm("test", AlarmKind.TEST, "Sent by `inboxd doctor`.", now, now)
    reply = tell_by_channel(config, plan, alarm, now)
    where = plan.command[0] if plan.command else plan.address
    if reply.outcome is not Outcome.SENT:
        yield Check(_NAME, False, f"the test alarm did not reach {where}: {reply.text}")
        return
    outgoing = config.outgoing
    if not plan.command and plan.transport == outgoing.transport == "smtp" and plan.host == outgoing.host:
        yield Check(
            _NAME, False, f"{plan.host} sends all other mail too: when it is away, alarms are as well"
        )
        return
    yield Check(_NAME, True, f"a test alarm went to {where}: look whether it is there ({reply.text})"[:300])
