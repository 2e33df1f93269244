"""The report as one HTML page that needs nothing else: light and dark, readable on a phone."""

from collections.abc import Iterable, Sequence
from html import escape
from zoneinfo import ZoneInfo

from inboxd.commands.report_words import GROUP_COLUMNS, NO_DATA, group_row, headlines, outlook
from inboxd.core.report import NamedFigures, Report

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #8886; vertical-align: top; }
td.value { font-variant-numeric: tabular-nums; white-space: nowrap; }
.none { opacity: .7; font-style: italic; }
"""


def to_page(report: Report, desk: str, zone: str) -> str:
    """Return the page; times are those of the desk's clock, whatever names hold is shown as text."""
    local = ZoneInfo(zone)
    first, last = report.since.astimezone(local), report.until.astimezone(local)
    title = escape(f"{desk}: {first:%Y-%m-%d} to {last:%Y-%m-%d}")
    groups = "".join(
        _section(f"By {name}", (name, *GROUP_COLUMNS), _rows(found))
        for name, found in (
            ("week", report.by_week),
            ("category", report.by_category),
            ("tag", report.by_tag),
            ("operator", report.by_operator),
        )
    )
    lines = "".join(f"<li>{escape(line)}</li>" for line in outlook(report))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f"{_section('Figures', ('figure', 'value', 'of'), headlines(report.total))}{groups}"
        f"<h2>What comes next</h2><ul>{lines}</ul></body></html>\n"
    )


def _rows(groups: Iterable[NamedFigures]) -> list[tuple[str, ...]]:
    return [(one.name, *group_row(one.figures)) for one in groups]


def _section(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return f'<h2>{escape(title)}</h2><p class="none">{NO_DATA}</p>'
    head = "".join(f'<th scope="col">{escape(column)}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(map(_cell, enumerate(row)))}</tr>" for row in rows)
    return (
        f'<h2>{escape(title)}</h2><div class="scroll"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cell(cell: tuple[int, str]) -> str:
    place, text = cell
    if text == NO_DATA:
        return f'<td class="none">{NO_DATA}</td>'
    return f'<td class="value">{escape(text)}</td>' if place else f"<td>{escape(text)}</td>"
