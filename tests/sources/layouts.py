"""Sheets as clerks draw them, each with what a person says stands where.

A drawing is one line per row, `|` between cells. `merged` are Excel ranges. The answers are tables as
(titles, headers, "names of the columns", data, totals, sections, footers); names with `/unit` have a unit.
"""

from dataclasses import dataclass

from tests.sources.paper import book


@dataclass(frozen=True)
class Layout:
    name: str
    drawing: str
    tables: list
    merged: tuple = ()

    @property
    def content(self):
        return draw(self.drawing, self.merged)


def draw(drawing, merged=(), *, sheet="台账"):
    def merge(workbook):
        for cells in merged:
            workbook[sheet].merge_cells(cells)

    return book((sheet, rows_of(drawing)), arrange=merge)


def rows_of(drawing):
    """The cells of a drawing: numbers as numbers, everything else as text, a written line feed as one."""
    lines = drawing.strip("\n").splitlines()
    return [[_cell(cell) for cell in line.split("|")] for line in lines]


def _cell(text):
    text = text.strip().replace("\\n", "\n")
    if not text or text == ".":
        return None
    try:
        return int(text) if text.lstrip("-").isdigit() and not (len(text) > 1 and text[0] == "0") else float(text)
    except ValueError:
        return text


LAYOUTS = [
    Layout(
        "a header and rows, nothing else",
        """
        序号 | 姓名 | 金额
        1 | 张三 | 5
        2 | 李四 | 6
        """,
        [([], [1], "序号 姓名 金额", [2, 3], [], [], [])],
    ),
    Layout(
        "a title over a unit in the heading",
        """
        某街道2024年行政处罚案件台账
        序号 | 案件编号 | 罚款金额\\n（万元）
        1 | A-1 | 2.1
        """,
        [([1], [2], "序号 案件编号 罚款金额/万元", [3], [], [], [])],
        ("A1:C1",),
    ),
    Layout(
        "title, unit line and fields above the header",
        """
        法律服务工作台账
        填报单位：司法所 | . | . | 单位：元
        序号 | 服务日期 | 服务内容 | 经费
        1 | 2024.3.5 | 咨询 | 200
        2 | 2024.3.6 | 讲座 | 300
        """,
        [([1, 2], [3], "序号 服务日期 服务内容 经费", [4, 5], [], [], [])],
    ),
    Layout(
        "two header rows, merged",
        """
        序号 | 案件编号 | 处罚情况 | . | 备注
        . | . | 种类 | 金额（元） | .
        1 | A-1 | 罚款 | 500 | .
        2 | A-2 | 警告 | . | .
        """,
        [([], [1, 2], "序号 案件编号 处罚情况_种类 处罚情况_金额/元 备注", [3, 4], [], [], [])],
        ("A1:A2", "B1:B2", "C1:D1", "E1:E2"),
    ),
    Layout(
        "two header rows, nobody merged",
        """
        某街道台账
        序号 | 当事人 | . | 处罚情况 | . | 备注
        . | 姓名 | 电话 | 种类 | 金额 | .
        1 | 张三 | 13800000001 | 罚款 | 500 | .
        2 | 李四 | 13800000002 | 警告 | 0 | .
        """,
        [([1], [2, 3], "序号 当事人_姓名 当事人_电话 处罚情况_种类 处罚情况_金额 备注", [4, 5], [], [], [])],
    ),
    Layout(
        "three header rows",
        """
        矛盾纠纷排查统计表
        社区 | 排查情况 | . | . | . | 备注
        . | 排查 | . | 化解 | . | .
        . | 件数 | 人数 | 件数 | 人数 | .
        东街社区 | 3 | 6 | 2 | 4 | .
        西街社区 | 5 | 9 | 5 | 9 | .
        """,
        [
            (
                [1],
                [2, 3, 4],
                "社区 排查情况_排查_件数 排查情况_排查_人数 排查情况_化解_件数 排查情况_化解_人数 备注",
                [5, 6],
                [],
                [],
                [],
            )
        ],
        ("A1:F1", "A2:A4", "B2:E2", "F2:F4", "B3:C3", "D3:E3"),
    ),
    Layout(
        "four header rows",
        """
        地区 | 案件 | . | . | .
        . | 刑事 | . | 民事 | .
        . | 受理 | 办结 | 受理 | 办结
        . | 件数 | 件数 | 件数 | 件数
        甲街 | 1 | 2 | 3 | 4
        乙街 | 5 | 6 | 7 | 8
        """,
        [
            (
                [],
                [1, 2, 3, 4],
                "地区 案件_刑事_受理_件数 案件_刑事_办结_件数 案件_民事_受理_件数 案件_民事_办结_件数",
                [5, 6],
                [],
                [],
                [],
            )
        ],
        ("A1:A4", "B1:E1", "B2:C2", "D2:E2"),
    ),
    Layout(
        "a row of units below the header",
        """
        项目名称 | 数量 | 金额
        . | 件 | 万元
        照明 | 2 | 3.5
        绿化 | 4 | 6.5
        """,
        [([], [1, 2], "项目名称 数量/件 金额/万元", [3, 4], [], [], [])],
    ),
    Layout(
        "a row that numbers the columns",
        """
        单位 | 案件数 | 罚款金额 | 备注
        甲 | 1 | 2 | 3
        东街 | 5 | 600 | .
        西街 | 6 | 700 | .
        """,
        [([], [1, 2], "单位 案件数 罚款金额 备注", [3, 4], [], [], [])],
    ),
    Layout(
        "a heading spaced out, broken and repeated",
        """
        指 标 名 称 | 本年\\n数量 | 金　额 | 金额
        安装 | 2 | 3 | 4
        拆除 | 5 | 6 | 7
        """,
        [([], [1], "指标名称 本年数量 金额 金额(2)", [2, 3], [], [], [])],
    ),
    Layout(
        "a total and a footer",
        """
        序号 | 活动日期 | 参加人次（人次）
        1 | 2024-03-05 | 10
        2 | 2024-03-06 | 20
        合  计 | . | 30
        填报人：王某 | 审核人：李某 | 填报日期：2025年1月6日
        注：本表按月填报。
        """,
        [([], [1], "序号 活动日期 参加人次/人次", [2, 3], [4], [], [5, 6])],
    ),
    Layout(
        "subtotals under each part, then all",
        """
        序号 | 社区 | 件数
        1 | 东街 | 1
        2 | 东街 | 2
        小计 | . | 3
        3 | 西街 | 4
        小计 | . | 4
        总计 | . | 7
        """,
        [([], [1], "序号 社区 件数", [2, 3, 5], [4, 6, 7], [], [])],
    ),
    Layout(
        "the total stands in the second column, and first",
        """
        序号 | 部门 | 件数 | 金额
        . | 合计 | 3 | 30
        1 | 城管 | 1 | 10
        2 | 司法 | 2 | 20
        """,
        [([], [1], "序号 部门 件数 金额", [3, 4], [2], [], [])],
    ),
    Layout(
        "a total that nobody labelled",
        """
        序号 | 部门 | 件数 | 金额
        1 | 城管 | 1 | 10
        2 | 司法 | 2 | 20
        3 | 信访 | 4 | 40
        . | . | 7 | 70
        """,
        [([], [1], "序号 部门 件数 金额", [2, 3, 4], [5], [], [])],
    ),
    Layout(
        "sections, merged over the table",
        """
        序号 | 事项 | 负责人 | 完成情况
        一、党建工作 | . | . | .
        1 | 学习 | 王某 | 完成
        2 | 宣讲 | 李某 | 完成
        二、法治工作 | . | . | .
        3 | 执法 | 赵某 | 未完成
        """,
        [([], [1], "序号 事项 负责人 完成情况", [3, 4, 6], [], [2, 5], [])],
        ("A2:D2", "A5:D5"),
    ),
    Layout(
        "sections that nobody merged",
        """
        序号 | 事项 | 负责人 | 完成情况
        （一）市容环境 | . | . | .
        1 | 清运 | 王某 | 完成
        （二）违法建设 | . | . | .
        2 | 拆除 | 赵某 | 未完成
        3 | 复查 | 赵某 | 未完成
        """,
        [([], [1], "序号 事项 负责人 完成情况", [3, 5, 6], [], [2, 4], [])],
    ),
    Layout(
        "sections numbered in the column of numbers",
        """
        序号 | 事项 | 负责人 | 完成情况
        一 | 市容环境 | . | .
        1 | 清运 | 王某 | 完成
        二 | 违法建设 | . | .
        1 | 拆除 | 赵某 | 未完成
        2 | 复查 | 赵某 | 未完成
        """,
        [([], [1], "序号 事项 负责人 完成情况", [3, 5, 6], [], [2, 4], [])],
    ),
    Layout(
        "blank rows inside, and above",
        """
        .
        来访登记簿
        .
        来访编号 | 来访日期 | 事由

        V-1 | 2024.1.2 | 噪音

        V-2 | 2024.1.3 | 油烟
        """,
        [([2], [4], "来访编号 来访日期 事由", [6, 8], [], [], [])],
    ),
    Layout(
        "a table that does not begin in column A",
        """
        . | . | 活动登记表
        . | . | 活动名称 | 活动日期 | 人数
        . | . | 讲座 | 2024-05-01 | 12
        . | . | 咨询 | 2024-05-02 | 8
        """,
        [([1], [2], "活动名称 活动日期 人数", [3, 4], [], [], [])],
    ),
    Layout(
        "two tables, one below the other",
        """
        表一 行政处罚情况
        序号 | 案件编号 | 金额
        1 | A-1 | 5
        合计 | . | 5

        表二 行政复议情况
        序号 | 复议案号 | 申请日期 | 结果
        1 | F-1 | 2024.3.5 | 维持
        2 | F-2 | 2024.4.5 | 撤销
        """,
        [
            ([1], [2], "序号 案件编号 金额", [3], [4], [], []),
            ([6], [7], "序号 复议案号 申请日期 结果", [8, 9], [], [], []),
        ],
    ),
    Layout(
        "two tables with the same header, each with a title",
        """
        东街社区普法活动台账
        序号 | 活动日期 | 人数
        1 | 2024.3.5 | 5
        2 | 2024.3.6 | 6

        西街社区普法活动台账
        序号 | 活动日期 | 人数
        1 | 2024.4.5 | 7
        """,
        [
            ([1], [2], "序号 活动日期 人数", [3, 4], [], [], []),
            ([6], [7], "序号 活动日期 人数", [8], [], [], []),
        ],
    ),
    Layout(
        "a header repeated on the next page is the same table",
        """
        序号 | 活动日期 | 人数
        1 | 2024.3.5 | 5
        2 | 2024.3.6 | 6
        序号 | 活动日期 | 人数
        3 | 2024.4.5 | 7
        """,
        [([], [1, 4], "序号 活动日期 人数", [2, 3, 5], [], [], [])],
    ),
    Layout(
        "two tables side by side",
        """
        序号 | 社区 | 件数 | . | 序号 | 部门 | 金额
        1 | 东街 | 3 | . | 1 | 城管 | 50
        2 | 西街 | 4 | . | 2 | 司法 | 60
        3 | 南街 | 5 | . | . | . | .
        """,
        [
            ([], [1], "序号 社区 件数", [2, 3, 4], [], [], []),
            ([], [1], "序号 部门 金额", [2, 3], [], [], []),
        ],
    ),
    Layout(
        "a blank column inside is no border",
        """
        序号 | 社区 | . | 件数 | 金额
        1 | 东街 | . | 3 | 5
        2 | 西街 | . | 4 | 6
        """,
        [([], [1], "序号 社区 件数 金额", [2, 3], [], [], [])],
    ),
    Layout(
        "years as headings",
        """
        指标名称 | 计量单位 | 2022 | 2023年 | 2024年
        案件 | 件 | 5 | 6 | 7
        罚款 | 万元 | 1.5 | 2.5 | 3.5
        """,
        [([], [1], "指标名称 计量单位 2022 2023年 2024年", [2, 3], [], [], [])],
    ),
    Layout(
        "all columns hold words",
        """
        重点任务清单
        任务名称 | 责任部门 | 完成情况 | 备注
        法治宣传 | 司法所 | 已完成 | 无
        综合执法 | 执法队 | 推进中 | 每月调度
        信访接待 | 平安办 | 已完成 | .
        """,
        [([1], [2], "任务名称 责任部门 完成情况 备注", [3, 4, 5], [], [], [])],
        ("A1:D1",),
    ),
    Layout(
        "a form that nobody has filled in yet",
        """
        消防安全检查台账
        序号 | 检查日期 | 被检查单位 | 隐患数
        填报人： | . | 审核人： | .
        """,
        [([1], [2], "序号 检查日期 被检查单位 隐患数", [], [], [], [3])],
        ("A1:D1",),
    ),
    Layout(
        "a zero report is a footer",
        """
        行政处罚台账
        序号 | 案件编号 | 金额
        本月无案件 | . | .
        填报人：王某 | . | .
        """,
        [([1], [2], "序号 案件编号 金额", [], [], [], [3, 4])],
        ("A3:C3",),
    ),
    Layout(
        "a remark between the rows is no section",
        """
        序号 | 案件编号 | 立案日期 | 金额
        1 | A-1 | 2024.1.5 | 5
        其中1起为上年结转 | . | . | .
        2 | A-2 | 2024.2.5 | 6
        """,
        [([], [1], "序号 案件编号 立案日期 金额", [2, 4], [], [], [3])],
    ),
    Layout(
        "a list of one column",
        """
        村居名称
        东村
        西村
        南村
        """,
        [([], [1], "村居名称", [2, 3, 4], [], [], [])],
    ),
    Layout(
        "only text",
        """
        填表说明
        1.本表由各部门填写，每月5日前报送。
        2.金额以元为单位，不得填写概数。
        """,
        [],
    ),
    Layout(
        "fields in pairs above the header",
        """
        党员学法登记表
        填报单位 | 司法所 | 联系电话 | 022-12345678
        学习日期 | 学习内容 | 参加人数 | 学时
        2024-01-05 | 宪法 | 12 | 2
        2024-02-05 | 民法典 | 11 | 2
        """,
        [([1, 2], [3], "学习日期 学习内容 参加人数 学时", [4, 5], [], [], [])],
        ("A1:D1",),
    ),
    Layout(
        "a parent over some columns, alone in its row",
        """
        . | . | 处罚情况 | . | .
        序号 | 案号 | 种类 | 金额 | 备注
        1 | A-1 | 罚款 | 5 | .
        2 | A-2 | 罚款 | 6 | .
        """,
        [([], [1, 2], "序号 案号 处罚情况_种类 处罚情况_金额 备注", [3, 4], [], [], [])],
        ("C1:D1",),
    ),
    Layout(
        "two parents over the middle, the other headings below",
        """
        来访台账
        . | . | 来访人 | . | 办理 | .
        序号 | 来访日期 | 姓名 | 住址 | 部门 | 结果
        1 | 2024.1.5 | 张三 | 东街1号 | 城管 | 办结
        2 | 2024.1.6 | 李四 | 西街2号 | 信访 | 办结
        """,
        [([1], [2, 3], "序号 来访日期 来访人_姓名 来访人_住址 办理_部门 办理_结果", [4, 5], [], [], [])],
        ("A1:F1", "C2:D2", "E2:F2"),
    ),
    Layout(
        "a total with its count in the same cell, and a signature line",
        """
        案件编号 | 案由 | 决定日期 | 罚款金额（元）
        A-1 | 占道 | 2024.1.5 | 100
        A-2 | 噪音 | 2024.1.6 | 200
        合计：2起 | . | . | 300
        单位负责人（签字）： | . | 填表人： | .
        """,
        [([], [1], "案件编号 案由 决定日期 罚款金额/元", [2, 3], [4], [], [5])],
    ),
    Layout(
        "monthly columns under a year",
        """
        2024年来访情况统计表
        社区 | 一季度 | . | . | 合计
        . | 1月 | 2月 | 3月 | .
        东街 | 1 | 2 | 3 | 6
        西街 | 4 | 5 | 6 | 15
        合计 | 5 | 7 | 9 | 21
        """,
        [([1], [2, 3], "社区 一季度_1月 一季度_2月 一季度_3月 合计", [4, 5], [6], [], [])],
        ("A1:E1", "A2:A3", "B2:D2", "E2:E3"),
    ),
]
