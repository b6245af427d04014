"""What the package needs to know of a statement before the cluster has seen it."""

from __future__ import annotations

import re
from enum import Enum

_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|$)|/\*.*?\*/)+", re.DOTALL)
_WORD = re.compile(r"[A-Za-z_]+")
_QUOTED = re.compile(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL
)
_CHANGES = re.compile(
    r"\b(?:INSERT|UPDATE|DELETE|MERGE|CREATE|DROP|ALTER|COPY|NEXTVAL"
    r"|DUCKHERDER_(?:CANCEL|CLEAR|REGISTER|REFRESH|SEAL|NAME|RESTORE|CLONE|GC)\w*)\b",
    re.IGNORECASE,
)

_READS = {
    "SELECT",
    "FROM",
    "WITH",
    "VALUES",
    "TABLE",
    "SHOW",
    "DESCRIBE",
    "DESC",
    "SUMMARIZE",
    "PIVOT",
    "UNPIVOT",
    "EXPLAIN",
}


class Boundary(Enum):
    """What a statement does to the transaction."""

    BEGIN = "begin"
    COMMIT = "commit"
    ROLLBACK = "rollback"
    NONE = "none"


def keyword(sql: str) -> str:
    """The first word of a statement, in capitals."""
    rest = sql
    blank = _BLANK.match(rest)
    if blank:
        rest = rest[blank.end() :]
    rest = rest.lstrip("( \t\r\n")
    word = _WORD.match(rest)
    return word.group().upper() if word else ""


def is_read(sql: str) -> bool:
    """Whether a statement certainly changes nothing, so that it may run later, or twice."""
    if keyword(sql) not in _READS:
        return False
    return not _CHANGES.search(_QUOTED.sub(" ", sql))


def boundary(sql: str) -> Boundary:
    """Whether a statement begins or ends a transaction."""
    first = keyword(sql)
    if first in {"BEGIN", "START"}:
        return Boundary.BEGIN
    if first in {"COMMIT", "END"}:
        return Boundary.COMMIT
    if first in {"ROLLBACK", "ABORT"}:
        return Boundary.ROLLBACK
    return Boundary.NONE


def split(text: str) -> list[str]:
    """The statements of a text, which semicolons separate."""
    statements: list[str] = []
    began = at = 0
    while at < len(text):
        quoted = _QUOTED.match(text, at)
        if quoted:
            at = quoted.end()
            continue
        if text[at] == ";":
            statements.append(text[began:at])
            began = at + 1
        at += 1
    statements.append(text[began:])
    return [statement.strip() for statement in statements if keyword(statement)]


def parameter_names(sql: str) -> list[str]:
    """The names of the parameters of a statement, ``$name``, by their first uses.

    DuckDB ignores their case.
    """
    found = re.findall(r"\$([A-Za-z_]\w*)", _QUOTED.sub(" ", sql))
    first: dict[str, str] = {}
    for name in found:
        first.setdefault(name.lower(), name)
    return list(first.values())
