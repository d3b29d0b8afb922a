"""A small town with two departments, drawn anew for each test, and the means to run its night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from flows.configuration import Configuration
from flows.nights.night import Request
from flows.nights.run import Collected
from flows.settings import Settings
from tests.nights import collect

VISIT = """
id: town_visit
name: 来访登记簿
row_is: 一次来访
key: [visit_no]
placed_by: visited_on
columns:
  visit_no: {name: 登记号, type: identifier, required: cell}
  visited_on: {name: 来访日期, type: date, required: cell}
  people: {name: 人数, type: count, required: cell}
"""
LECTURE = """
id: town_lecture
name: 宣讲登记簿
row_is: 一场宣讲
key: [lecture_no]
placed_by: held_on
columns:
  lecture_no: {name: 编号, type: identifier, required: cell}
  held_on: {name: 日期, type: date, required: cell}
"""
OFFICE = """
id: town
names: {full: 清河镇, short: 清河, self: 我镇}
departments:
  desk:
    name: 信访办
    folder: 信访办
    hands_in:
      - {ledger: town_visit, files: ["*来访*"], due: {every: year, by: "01-10"}}
  school:
    name: 宣讲团
    folder: 宣讲团
    hands_in:
      - {ledger: town_lecture, files: ["*宣讲*"], due: {every: year, by: "01-10"}}
"""
VISIT_HEADS = ("登记号", "来访日期", "人数")
LECTURE_HEADS = ("编号", "日期")


@dataclass(frozen=True)
class Town:
    """The town's declarations, inbox and data, all below one folder."""

    folder: Path
    settings: Settings

    @property
    def configuration(self) -> Configuration:
        """What is declared now."""
        return Configuration(self.settings.roots)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be told to work for this town."""
        return {
            "YISHU_DATA": str(self.settings.data),
            "YISHU_INBOX": str(self.settings.inbox),
            "YISHU_CONFIG": str(self.folder / "declared"),
            "YISHU_RETRY_SECONDS": "0.05,0.05",
        }

    def declare(self, path: str, text: str) -> Path:
        """A declaration at `path` (room/folder/file)."""
        place = self.folder / "declared" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        return place

    def visits(
        self, *rows: Sequence[object], name: str = "来访登记簿.xlsx", footer: str = "", year: int = 2024
    ) -> Path:
        """The visits' desk hands in these rows."""
        return self._hand_in("信访办", name, [VISIT_HEADS, *rows], footer=footer, year=year)

    def lectures(self, *rows: Sequence[object], name: str = "宣讲登记簿.xlsx") -> Path:
        """The lecturers hand in these rows."""
        return self._hand_in("宣讲团", name, [LECTURE_HEADS, *rows])

    def _hand_in(
        self, department: str, name: str, rows: Sequence[Sequence[object]], *, footer: str = "", year: int = 2024
    ) -> Path:
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(list(row))
        if footer:
            sheet.append([footer])
        path = self.settings.inbox / "town" / str(year) / department / name
        path.parent.mkdir(parents=True, exist_ok=True)
        book.save(path)
        return path

    def night(self, request: Request | None = None) -> Collected:
        """One night's steps without Prefect."""
        request = request or Request()
        return collect(self.settings, office=request.office, department=request.department, inbox=request.inbox)

    def states(self, collected: Collected) -> dict[str, tuple[str, bool]]:
        """State and whether an earlier submission is in force, by ledger."""
        return {line.slot.ledger: (line.state, line.held) for line in collected.lines}
