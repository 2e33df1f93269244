"""What ``inboxd run`` does: apart from the command line, whose 4 MB a front would keep to its end."""

from pathlib import Path

from inboxd.clock import Clock
from inboxd.worker_start import early_worker


def run_desk(config_path: Path | None, clock: Clock) -> int:
    """Serve until a signal; return the exit code. Raises ``ConfigError`` with all problems of the configuration."""
    with early_worker(config_path) as worker:
        # Loaded beside the worker, which is loading as well.
        from inboxd import daemon, maillog  # noqa: PLC0415  as above
        from inboxd.config import load_config  # noqa: PLC0415  as above
        from inboxd.tomlfile import read_content  # noqa: PLC0415  as above

        # Read once: a worker that is started later must not find another file, or one that is being edited.
        content = read_content(config_path, str(config_path)) if config_path else None
        config = load_config(config_path, content)
        maillog.configure(verbose=True, form=config.log_format)
        return daemon.run_daemon(config, config_path, clock, worker, content)
