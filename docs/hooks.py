"""What the site adds to the pages: the ones at the root of the repository, and links that lead there."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from mkdocs.structure.files import File, Files

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
ROOT_PAGES = ("ARCHITECTURE.md", "DEVELOPMENT.md", "CHANGELOG.md")
LINK = re.compile(r"(?<!!)\[([^\]\[]*)\]\(([^)#:\s]+)(#[^)\s]*)?\)")
NOT_RUN = re.compile(r"<!-- not run: (.+) -->")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Lists the decisions, in the order of their numbers."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for part in config.nav or []:
        for child in part.get("Inside", []) if isinstance(part.get("Inside"), list) else []:
            if "Decisions" in child:
                child["Decisions"] = [f"decisions/{page.name}" for page in decisions]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Takes in the pages of the root."""
    for name in ROOT_PAGES:
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Points links to where their pages are in the site, by their titles; other files are no links."""
    source = page.file.src_uri
    folder = PurePosixPath("." if source in ROOT_PAGES else f"docs/{source}").parent

    def resolved(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        path = _normal(folder / target)
        name = path.removeprefix("docs/")
        if (path in ROOT_PAGES or path.startswith("docs/")) and files.get_file_from_path(name):
            up = "../" * (len(PurePosixPath(source).parts) - 1)
            shown = _title(ROOT / path) if text == PurePosixPath(path).name else text
            return f"[{shown}]({up}{name}{anchor})"
        return text if (ROOT / path).exists() else match[0]

    markdown = NOT_RUN.sub(
        r'<small class="not-run">The tests do not run this: \1.</small>', markdown
    )
    return LINK.sub(resolved, markdown)


def _title(page: Path) -> str:
    lines = page.read_text("utf-8").splitlines()
    return next((line[2:] for line in lines if line.startswith("# ")), page.name)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
