"""The commands. Each reads its inputs, asks the detector, and hands the answer on.

What is heavy to import is imported inside the command that needs it, so that ``--help`` is quick.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from detector.cli import index as index_commands
from detector.cli import key, options
from detector.cli.options import Format
from detector.cli.screen import progress, say, show, write
from detector.cli.viewing import viewed
from detector.errors import UsageError

if TYPE_CHECKING:
    from detector.cli.inputs import Inputs
    from detector.model import Report
    from detector.settings import Settings

DONE, HIT, SKIPPED = 0, 1, 3

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(index_commands.app, name="index")
app.add_typer(key.keys, name="key")


def _show_version(wanted: bool) -> None:
    if wanted:
        from detector import kernel
        from detector.version import VERSION

        write(f"copydesk {VERSION}, {kernel.title()}\n")
        raise typer.Exit


@app.callback()
def copydesk(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Find which passages of a news text came from where, and whether they were credited."""


@app.command()
@viewed
def compare(
    a: options.FileA,
    b: options.FileB,
    settings: Settings,
    form: options.Shown = None,
    fail_on: options.FailOn = None,
    partners: options.PartnersFile = None,
    out: options.Out = None,
    evidence: options.Evidence = None,
    lang: options.Lang = options.Language.EN,
) -> int:
    """Compare two texts."""
    from detector import pipeline
    from detector.cli import inputs, pages, results
    from detector.partners import read_partners_file
    from detector.report import pair_view
    from detector.rights import add_rights

    level, form = results.parse_level(fail_on), results.shown_form(form, out)
    licences = read_partners_file(partners)
    file, proof = results.result_file(out, a, b), pages.evidence_file(evidence, a, b)
    texts = inputs.two_documents(a, b)
    pair = add_rights(pipeline.compare(*texts, settings), licences)
    if form is Format.TEXT:
        show(pair_view(pair))
    with file or nullcontext():
        for add in results.row_sinks(form, file, licences is not None):
            add(pair)
        pages.save([pair], form, file, lambda: pages.of_pair(pair, settings, lang))
    pages.save_evidence(proof, texts, (a, b), settings, lang)
    return HIT if results.reaches(level, pair) else DONE


@app.command()
@viewed
def check(
    files: options.Files,
    settings: Settings,
    against: options.Against = None,
    index: options.Index = None,
    form: options.Shown = None,
    out: options.Out = None,
    fail_on: options.FailOn = None,
    partners: options.PartnersFile = None,
    lang: options.Lang = options.Language.EN,
) -> int:
    """Check texts against many others: a report for each."""
    from detector.cli import inputs, pages, results
    from detector.cli.against import checker
    from detector.partners import read_partners_file
    from detector.report import report_view
    from detector.rights import add_rights

    level, form = results.parse_level(fail_on), results.shown_form(form, out)
    licences = read_partners_file(partners)
    inputs.at_most_one_stdin(*files, against)
    file = results.result_file(out, *files, against)
    found = inputs.Inputs()
    hits: list[bool] = []
    kept: list[Report] = []  # for what is written as a whole
    with checker(against, index, settings, found) as check_text, file or nullcontext():
        sinks = results.row_sinks(form, file, licences is not None)
        for document in found.documents_of_each(files):
            report = add_rights(check_text(document), licences)
            if form is Format.TEXT:
                show(report_view(report), rule=bool(hits))
            for add in sinks:
                add(report)
            kept += [report] if pages.are_wanted(form, file) else []
            hits.append(results.reaches(level, report))
        if not hits:
            raise UsageError("nothing to check", code="nothing_to_do")
        pairs = [pair for report in kept for pair in report.matches]
        pages.save(pairs, form, file, lambda: pages.of_reports(kept, lang))
    return _ended(found, any(hits))


@app.command()
@viewed
def batch(
    source: options.Input,
    settings: Settings,
    out: options.Out = None,
    reference: options.Reference = None,
    clusters: options.Clusters = None,
    mapping: options.Mapping = None,
    form: options.Shown = None,
    fail_on: options.FailOn = None,
    partners: options.PartnersFile = None,
    workers: options.Workers = None,
    lang: options.Lang = options.Language.EN,
) -> int:
    """Compare many texts with each other, or with others."""
    from detector.batch import compare_all
    from detector.cascade import cascades
    from detector.cli import inputs, pages, results
    from detector.partners import read_partners_file
    from detector.report import count, overview
    from detector.rights import add_rights

    level, form = results.parse_level(fail_on), results.shown_form(form, out)
    licences = read_partners_file(partners)
    inputs.at_most_one_stdin(source, reference)
    file = results.result_file(out, source, reference)
    clusters_file = results.clusters_file(clusters, source, reference)
    found = inputs.Inputs(inputs.parse_mapping(mapping))
    texts = list(found.documents(source))
    others = None if reference is None else list(found.documents(reference))
    with results.journal(out, texts, others, settings) as kept:
        with progress() as tick:
            processes = workers or inputs.worker_count(len(texts))
            result = compare_all(texts, others, settings, tick, processes, kept)
        pairs = [add_rights(pair, licences) for pair in result.comparisons]
        stories = cascades(result.clusters, result.found)
        results.save_clusters(clusters_file, stories)
        with file or nullcontext():
            for add in results.row_sinks(form, file, licences is not None):
                for pair in pairs:
                    add(pair)
            run = pages.run(settings, result.stats_digest, len(texts) + len(others or ()))
            pages.save(pairs, form, file, lambda: pages.of_batch(pairs, stories, run, lang))
    heading = f"{found.amount(source)} read, {count(len(pairs), 'match', 'matches')}"
    if form is Format.TEXT:
        show(overview(heading, pairs, stories))
    else:
        say(heading)
    return _ended(found, any(results.reaches(level, pair) for pair in pairs))


@app.command()
def serve(
    index: options.ServedIndex = None,
    against: options.Served = None,
    keys: options.ServedKeys = None,
    config: options.ConfigFile = None,
    bind: options.Bind = None,
    workers: options.Workers = None,
    open_page: options.OpenPage = False,
) -> None:
    """Serve the web pages and the HTTP API, without keys on this machine only."""
    from detector.cli.serve import become_the_service

    given = {"index": index, "against": against, "keys": keys, "config": config}
    become_the_service({**given, "bind": bind, "workers": workers}, open_page)


def _ended(found: Inputs, hit: bool) -> int:
    for sentence in found.summary():
        say(sentence)
    return HIT if hit else SKIPPED if found.skipped else DONE
