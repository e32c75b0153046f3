"""Arguments and options, in the words of their help. docs/cli.md tells more."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """How a result is shown."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    HTML = "html"
    PDF = "pdf"
    PARQUET = "parquet"


class Language(StrEnum):
    """The language of pages."""

    EN = "en"
    UK = "uk"


FileA = Annotated[str, typer.Argument(metavar="A", help="A file; - is standard input.")]
FileB = Annotated[str, typer.Argument(metavar="B", help="The file to compare it with.")]
Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Files to check; - is standard input.")
]
Input = Annotated[
    str,
    typer.Argument(
        metavar="INPUT", help="A directory, .jsonl, .jsonl.gz or .csv; - is standard input."
    ),
]
Against = Annotated[
    str | None, typer.Option(metavar="DIR", help="The texts to check against: like INPUT of batch.")
]
Index = Annotated[
    str | None,
    typer.Option(metavar="URL", help="An index to check against; COPYDESK_INDEX if not given."),
]
Reference = Annotated[
    str | None,
    typer.Option(metavar="REF", help="Compare INPUT with these texts only, not with itself."),
]
Mapping = Annotated[
    str | None,
    typer.Option("--map", metavar="FIELDS", help="Fields of INPUT and REF: text=body,id=guid."),
]
Shown = Annotated[
    Format | None,
    typer.Option("-f", "--format", help="How to show the result: for people, or as rows."),
]
Out = Annotated[
    str | None,
    typer.Option(
        "-o", "--output", metavar="OUT", help="Write OUT.jsonl, .csv, .html, .pdf or .parquet."
    ),
]
Lang = Annotated[
    Language, typer.Option("--lang", help="The language of pages: English or Ukrainian.")
]
Clusters = Annotated[
    str | None, typer.Option(metavar="FILE", help="Write the clusters of one story, FILE.jsonl.")
]
Evidence = Annotated[
    str | None,
    typer.Option(metavar="FILE", help="Write FILE.zip: texts, report, and how to make it again."),
]
PartnersFile = Annotated[
    str | None,
    typer.Option("--partners", metavar="FILE", help="Say if pairs keep to the licences in FILE."),
]
FailOn = Annotated[
    str | None,
    typer.Option(metavar="LEVEL", help="Exit with 1 from review, alert or a relation upwards."),
]
Served = Annotated[
    str | None, typer.Option("--against", metavar="DIR", help="The texts to check against.")
]
ServedIndex = Annotated[
    str | None,
    typer.Option("--index", metavar="URL", help="The corpus to store in and to check against."),
]
ServedKeys = Annotated[
    str | None, typer.Option("--keys", metavar="FILE", help="The keys of those who may ask.")
]
ConfigFile = Annotated[
    str | None, typer.Option("--config", metavar="FILE", help="More settings, as TOML.")
]
Bind = Annotated[
    str | None,
    typer.Option(metavar="HOST:PORT", help="Where to listen; without keys on this machine only."),
]
Workers = Annotated[
    int | None, typer.Option(metavar="N", min=1, max=256, help="How many processes.")
]
OpenPage = Annotated[bool, typer.Option("--open", help="Open the page in a browser.")]
KeysFile = Annotated[
    str,
    typer.Option("--keys", envvar="COPYDESK_KEYS", metavar="FILE", help="The file of keys."),
]
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="What people call the key.")]
Tenant = Annotated[str, typer.Option(metavar="NAME", help="Whose documents it is for.")]
Scope = Annotated[
    list[str] | None,
    typer.Option(metavar="SCOPE", help="read (the default), write or admin; may be given again."),
]
