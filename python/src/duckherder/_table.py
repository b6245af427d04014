"""Tables of text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

_WIDEST = 40
_RIGHT = ("INT", "DECIMAL", "DOUBLE", "FLOAT")


def text_table(
    names: Sequence[str], types: Sequence[str], rows: Sequence[Sequence[Any]], more: bool
) -> str:
    """Rows in a frame, under the names and types of their columns."""
    if not names:
        return "(no columns)"
    cells = [[_cut(_text(value)) for value in row] for row in rows]
    titles = [_cut(name) for name in names]
    kinds = [_cut(kind) for kind in types]
    widths = [
        max(_width(text) for text in (titles[i], kinds[i], *(row[i] for row in cells)))
        for i in range(len(names))
    ]
    right = [any(word in kind for word in _RIGHT) and "(" not in kind[:3] for kind in types]
    lines = [_rule("┌┬┐", widths)]
    lines.append(_line(titles, widths, [None] * len(names)))
    lines.append(_line(kinds, widths, [None] * len(names)))
    lines.append(_rule("├┼┤", widths))
    lines += [_line(row, widths, right) for row in cells]
    lines.append(_rule("└┴┘", widths))
    count = len(rows)
    lines.append(
        f"the first {count} rows" if more else f"{count} row" + ("" if count == 1 else "s")
    )
    return "\n".join(lines)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "NULL" if value is None else str(value)
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def _rule(corners: str, widths: Sequence[int]) -> str:
    return corners[0] + corners[1].join("─" * (width + 2) for width in widths) + corners[2]


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool | None]) -> str:
    """A line; None in ``right`` centres a cell."""
    parts = []
    for text, width, side in zip(cells, widths, right, strict=True):
        space = width - _width(text)
        before = space if side else space // 2 if side is None else 0
        parts.append(" " * (before + 1) + text + " " * (space - before + 1))
    return "│" + "│".join(parts) + "│"
