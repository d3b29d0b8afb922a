"""Data Docs on request: the library's own pages about a run, without personal values and without the outside world."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import engine
from expectations.columns import prepare
from expectations.custom import CUSTOM
from warehouse.declarations import YishuError
from warehouse.personal import masked

if TYPE_CHECKING:
    from pandas import DataFrame

    from expectations.suite import Suite

# Whatever in a result can quote a value.
_VALUES = (
    "partial_unexpected_list", "partial_unexpected_counts", "partial_unexpected_index_list", "unexpected_list",
    "unexpected_index_list", "unexpected_index_query", "unexpected_rows", "observed_value", "details",
)  # fmt: skip
# The library's pages fetch scripts, styles, fonts and pictures from elsewhere, and link to their maker.
_OUTSIDE_ELEMENTS = re.compile(
    r"<script\b[^>]*\bsrc\s*=\s*[\"'](?:https?:)?//[^>]*>.*?</script>"
    r"|<link\b[^>]*\bhref\s*=\s*[\"'](?:https?:)?//[^>]*>"
    r"|<img\b[^>]*\bsrc\s*=\s*[\"'](?:https?:)?//[^>]*>",
    re.DOTALL | re.IGNORECASE,
)
_OUTSIDE_ATTRIBUTES = re.compile(r"\b(?:href|src|action)\s*=\s*([\"'])(?:https?:)?//.*?\1", re.IGNORECASE)
_OUTSIDE_URLS = re.compile(r"(@import\s+)?url\(\s*[\"']?(?:https?:)?//[^)]*\)", re.IGNORECASE)
_STYLE = (
    "<style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.3em .6em;vertical-align:top}</style>"
)


@dataclass(frozen=True)
class Judged:
    """The rows of one ledger, its suite, and the columns of which no value may be shown."""

    frame: DataFrame
    suite: Suite
    personal: frozenset[str] = frozenset()


def build_data_docs(folder: Path, judged: Iterable[Judged], *, at: datetime) -> Path:
    """A fresh site in `folder` about a run of every suite over its rows; returns its first page.

    It takes the place of a site that is there; a folder that holds anything else is left alone (YishuError).
    """
    from great_expectations import ExpectationSuite

    _make_room(folder)
    with engine.alone():
        place = engine.context(_site(folder))
        for item in judged:
            expectations = [engine.expectation(index, rule) for index, rule in enumerate(item.suite.rules)]
            result = engine.validate(
                engine.rows_of(place, item.suite.ledger),
                prepare(item.frame, item.suite).frame,
                expectations,
                details={"result_format": "SUMMARY", "partial_unexpected_count": 20},
            )
            for one in result.results:
                hide(one, item.suite, item.personal)
            place.suites.add(ExpectationSuite(name=item.suite.ledger, expectations=expectations))
            _keep(place, result, item.suite.ledger, at)
        place.build_data_docs()
    for page in sorted(folder.rglob("*")):
        if page.suffix in (".html", ".css"):
            page.write_text(inside_only(page.read_text(encoding="utf-8")), encoding="utf-8")
    return folder / "index.html"


def hide(result: Any, suite: Suite, personal: frozenset[str]) -> None:
    """Take every value out of a result that is about a personal column, and personal numbers out of any other."""
    rule = suite.rules[result.expectation_config.meta["rule"]]
    ours = CUSTOM.get(rule.expectation)
    if personal & {*rule.mentioned, *suite.sources(rule.mentioned)} or (ours and ours.hides(rule.arguments)):
        for name in _VALUES:
            result.result.pop(name, None)
    result.result.update({name: _presentable(value) for name, value in result.result.items()})


def _presentable(value: Any) -> Any:
    """The value, however deep inside lists and tables a text stands, without telephones and identity cards."""
    match value:
        case str():
            return masked(value)
        case dict():
            return {_presentable(name): _presentable(inner) for name, inner in value.items()}
        case list() | tuple():
            return [_presentable(inner) for inner in value]
    return value


def inside_only(page: str) -> str:
    """The page without anything that a browser would fetch from, or send to, another machine."""
    page = _OUTSIDE_ATTRIBUTES.sub("", _OUTSIDE_ELEMENTS.sub("", page))
    return _OUTSIDE_URLS.sub("none", page).replace("</head>", f"{_STYLE}</head>", 1)


def _make_room(folder: Path) -> None:
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "index.html").exists():
            raise YishuError(f"{folder} holds something that is no Data Docs site; name a new or an empty folder.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


def _site(folder: Path) -> dict[str, Any]:
    return {
        "yishu": {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder.resolve())},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "show_cta_footer": False},
        }
    }


def _keep(place: Any, result: Any, ledger: str, at: datetime) -> None:
    """Put a result where the site builder looks for it."""
    from great_expectations.core.run_identifier import RunIdentifier
    from great_expectations.data_context.types.resource_identifiers import (
        ExpectationSuiteIdentifier,
        ValidationResultIdentifier,
    )

    run = RunIdentifier(run_name="yishu", run_time=at)
    result.meta |= {"run_id": run, "validation_time": at.isoformat()}
    result.suite_name = ledger
    place.validation_results_store.store_validation_results(
        suite_validation_result=result,
        suite_validation_result_identifier=ValidationResultIdentifier(
            expectation_suite_identifier=ExpectationSuiteIdentifier(name=ledger), run_id=run, batch_identifier=ledger
        ),
    )
