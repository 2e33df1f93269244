"""django-helpdesk takes mails in process, on SQLite: run by its own environment (``bench_peers.py``).

    python bench_helpdesk.py HOME MAILS

Django is imported by name: it is installed where this runs, and nowhere else.
"""

import importlib
import json
import logging
import sys
import time
import types
from pathlib import Path

_APPS = (
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions", "django.contrib.sites",
    "django.contrib.messages", "django.contrib.humanize", "django.contrib.admin", "rest_framework",
    "helpdesk",
)  # fmt: skip


def main() -> None:
    """Take all mails of the folder; print how many, the seconds and the processor's."""
    home, folder = Path(sys.argv[1]), Path(sys.argv[2])
    queue = _set_up(home)
    take = importlib.import_module("helpdesk.email").extract_email_metadata
    mails = [path.read_text("utf-8") for path in sorted(folder.iterdir())]
    logger = logging.getLogger("bench")
    failed, began, cpu = 0, time.perf_counter(), time.process_time()
    for mail in mails:
        try:
            take(mail, queue, logger)
        except Exception:  # noqa: BLE001  what it cannot take it leaves in the mailbox; it is told below
            failed += 1
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    tickets = importlib.import_module("helpdesk.models").Ticket.objects.count()
    print(
        json.dumps(
            {"mails": len(mails), "seconds": seconds, "cpu": cpu, "tickets": tickets, "failed": failed}
        )
    )


def _set_up(home: Path) -> object:
    importlib.import_module("django.conf").settings.configure(
        INSTALLED_APPS=_APPS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "helpdesk.db")}},
        SECRET_KEY="bench",  # noqa: S106  protects nothing here
        SITE_ID=1,
        USE_TZ=True,
        ROOT_URLCONF="bench_urls",
        MEDIA_ROOT=str(home / "media"),
        EMAIL_BACKEND="django.core.mail.backends.filebased.EmailBackend",
        EMAIL_FILE_PATH=str(home / "sent"),
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
    )
    importlib.import_module("django").setup()
    urls = importlib.import_module("django.urls")
    pages = types.ModuleType("bench_urls")
    pages.urlpatterns = [urls.path("", urls.include("helpdesk.urls", namespace="helpdesk"))]
    sys.modules["bench_urls"] = pages
    call = importlib.import_module("django.core.management").call_command
    call("migrate", verbosity=0)
    queue = importlib.import_module("helpdesk.models").Queue
    return queue.objects.create(
        title="Support", slug="support", email_address="support@acme.test", allow_email_submission=True
    )


if __name__ == "__main__":
    main()
