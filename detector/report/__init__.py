"""Results for programs and for people: JSON, CSV and text. No module here computes a result."""

from detector.report.as_csv import csv_header, csv_line, csv_row
from detector.report.as_json import json_line
from detector.report.as_text import overview, pair_view, report_view
from detector.report.facts import count
from detector.report.holdings import summary_view
from detector.report.visible import visible

__all__ = [
    "count",
    "csv_header",
    "csv_line",
    "csv_row",
    "json_line",
    "overview",
    "pair_view",
    "report_view",
    "summary_view",
    "visible",
]
