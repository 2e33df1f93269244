"""The report as tables on the terminal."""

from zoneinfo import ZoneInfo

from inboxd.commands.printing import print_table, print_text
from inboxd.commands.report_words import GROUP_COLUMNS, group_row, headlines, outlook
from inboxd.core.report import NamedFigures, Report

_SHOWN = 20


def print_report(report: Report, zone: str) -> None:
    """Print the figures of the period, then by week, category, tag and operator, then what comes next."""
    local = ZoneInfo(zone)
    first, last = report.since.astimezone(local), report.until.astimezone(local)
    print_table(
        f"From {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}",
        ("figure", "value", "of"),
        headlines(report.total),
    )
    _print_groups("week", report.by_week)
    _print_groups("category", report.by_category)
    _print_groups("tag", report.by_tag)
    _print_groups("operator", report.by_operator)
    print_text(*outlook(report))


def _print_groups(name: str, groups: tuple[NamedFigures, ...]) -> None:
    if groups:
        more = f" ({len(groups) - _SHOWN} more in --csv)" if len(groups) > _SHOWN else ""
        shown = groups[-_SHOWN:] if name == "week" else groups[:_SHOWN]
        rows = [(one.name, *group_row(one.figures)) for one in shown]
        print_table(f"By {name}{more}", (name, *GROUP_COLUMNS), rows)
