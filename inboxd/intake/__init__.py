"""How bytes come in: SMTP, IMAP, pipe; all of them end in ``accept``."""
