"""Which template gets which context. A template with a name of its own gets ``ReplyView``: rules send it to customers."""

from inboxd.core.views import (
    AlarmView,
    ChaseListView,
    ChaseView,
    DigestView,
    NotificationView,
    RelayView,
    ReplyView,
    ResultView,
    SurveyView,
    View,
)

TEMPLATE_VIEWS: dict[str, type[View]] = {
    "acknowledgement": ReplyView,
    "kb_answer": ReplyView,
    "draft": ReplyView,
    "ask_symptoms": ReplyView,
    "follow_up": ReplyView,
    "testimonial": ReplyView,
    "relay": RelayView,
    "notification": NotificationView,
    "chase": ChaseView,
    "chase_list": ChaseListView,
    "survey": SurveyView,
    "digest": DigestView,
    "result": ResultView,
    "alarm": AlarmView,
}
