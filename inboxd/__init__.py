"""A help desk for a one-person company, by mail alone.

The journey of one mail, one line per stage (each verb is used for nothing else):

arrive        bytes come in by SMTP, IMAP, a pipe or a file            intake/smtp.py, imap.py, pipe.py
accept        raw bytes and envelope are committed with fsync          intake/accept.py
parse         bytes become a ``Mail``                                  core/parse.py, core/quoting.py
authenticate  how far the sender is proven                             core/authenticate.py
classify      machine or person, bounce or not                         core/classify.py, core/dsn.py
thread        which ticket it belongs to, and who may join it          core/thread.py
match         which article answers it, how surely                     knowledge/match.py
decide        facts and rules become a ``Decision``                    core/decide.py, core/rules.py
apply         ticket, message, events, outbox, in one transaction      pipeline.py
enqueue       mails we write are composed and queued                   core/compose.py, store/outbox.py
claim         one due mail is taken, its attempt booked first          store/outbox.py
transmit      SMTP smarthost or Maildir                                outgoing/smtp_client.py, maildir.py
record        what the peer said is written down                       outgoing/deliver.py
"""

import os

# Libraries that report each start to their makers: onnxruntime does since 1.29, unless it is told before it is loaded.
# Nothing of a desk leaves the machine that its operator did not ask for.
for _report in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY"):
    os.environ.setdefault(_report, "1")

__version__ = "0.1.0"
