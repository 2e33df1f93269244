"""What alarms are about."""

from enum import StrEnum


class AlarmKind(StrEnum):
    """What an alarm is about; the templates have a sentence for each."""

    EDIT_REJECTED = "edit_rejected"
    INTAKE_SILENT = "intake_silent"
    SENDING_FAILS = "sending_fails"
    SIGN_IN_ENDS = "sign_in_ends"
    NOT_DELIVERED = "not_delivered"
    AUTOMATIC_STOPPED = "automatic_stopped"
    FORGERY = "forgery"
    MAIL_HELD = "mail_held"
    UNEXPLAINED = "unexplained"
    CERTIFICATE_ENDS = "certificate_ends"
    DISK_FULL = "disk_full"
    MODEL_FAILS = "model_fails"
    STORE_FAILS = "store_fails"
    WORKER_FAILS = "worker_fails"
    TEST = "test"
    RECOVERED = "recovered"
