"""The generated parts of the documents. `python -m tests.house.documents` writes them anew; a test compares."""

from __future__ import annotations

import re
from pathlib import Path

import click

from expectations.listing import listing
from flows.cli import main
from flows.configuration import Configuration
from flows.on_demand.rule_book import entries
from templates.messages.catalogue import messages

ROOT = Path(__file__).parents[2]
AREAS = {
    "file": "文件",
    "sheet": "工作表",
    "column": "列",
    "cell": "单元格",
    "row": "行",
    "total": "合计",
    "key": "业务键",
    "rule": "规则",
    "cause": "成因",
    "across": "跨台账",
    "trend": "跨期",
    "explanation": "说明",
}


def commands() -> str:
    """The table of commands, from the command line itself."""
    lines = ["| command | what it does |", "|---|---|"]
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.commands[name]
        arguments = " ".join(p.human_readable_name.upper() for p in command.params if isinstance(p, click.Argument))
        first = (command.help or "").strip().partition("\n\n")[0].replace("\n", " ")
        lines.append(f"| `yishu {name}{' ' + arguments if arguments else ''}` | {first} |")
    return "\n".join(lines)


def findings() -> str:
    """The table of findings, from the catalogue."""
    lines = ["| 代码 | 类别 | 问题 | 处理办法 |", "|---|---|---|---|"]
    for code, words in sorted(messages().items(), key=lambda item: (list(AREAS).index(item[0].split(".")[0]), item[0])):
        cells = (f"`{code}`", AREAS[code.partition(".")[0]], words.says, words.fix)
        lines.append(f"| {' | '.join(cell.strip().replace(chr(10), ' ') for cell in cells)} |")
    return "\n".join(lines)


def proven() -> str:
    """The list of rules, and where each is proven: codes with their ledgers, codes of every ledger, or why nowhere."""
    lines = ["| ref | asks | proven by |", "|---|---|---|"]
    for ref, line in listing().items():
        ledgers: dict[str, list[str]] = {}
        for entry in entries(Configuration((ROOT,))):
            if ref in entry.refs:
                ledgers.setdefault(entry.code, []).extend(entry.ledgers)
        for code in line.found_by:
            ledgers.setdefault(code, [])
        told = [
            f"`{code}`" + (f" ({', '.join(named)})" if (named := sorted(filter(None, set(found)))) else "")
            for code, found in ledgers.items()
        ]
        if not told and line.absent:
            told = [f"no suite: {line.absent}"]
        lines.append(f"| {ref} | {line.asks} | {'; '.join(told)} |")
    return "\n".join(lines)


def renewed(text: str, mark: str, content: str) -> str:
    """`text` with what stands between the comments of `mark` replaced."""
    between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
    return between.sub(lambda found: f"{found[1]}{content}\n{found[2]}", text)


def documents() -> dict[Path, str]:
    """Every document with a generated part, as it should be."""
    english, chinese, whether = ROOT / "README.md", ROOT / "README.zh.md", ROOT / "expectations" / "README.md"
    return {
        english: renewed(english.read_text(encoding="utf-8"), "commands", commands()),
        chinese: renewed(chinese.read_text(encoding="utf-8"), "findings", findings()),
        whether: renewed(whether.read_text(encoding="utf-8"), "listing", proven()),
    }


if __name__ == "__main__":
    for path, text in documents().items():
        path.write_text(text, encoding="utf-8")
