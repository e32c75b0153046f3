"""What every page has around it: navigation, language, the headers that keep texts harmless."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Response, current_app, g, request
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from detector.errors import CopydeskError
from detector.report.as_html import environment
from detector.report.phrases import LANGUAGES, Phrases
from detector.report.visible import one_line
from service.pages.phrases import PROBLEMS, UKRAINIAN
from service.problems import Problem, of_error

LINKS = "copydesk_links"
LANGUAGE = "copydesk_language"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_YEAR_SECONDS = 365 * 24 * 60 * 60
_OWN_NAMES = {"en": "English", "uk": "Українська"}


def page(template: str, status: int = 200, **values: Any) -> Response:
    """A page in the language of who asks. Nothing in a value is ever read as markup."""
    body = _environment().get_template(template).render(
        say=phrases(),
        links=current_app.extensions[LINKS],
        here=request.path,
        languages=_languages(),
        key=g.get("visitor"),
        **values,
    )  # fmt: skip
    response = Response(body.encode("utf-8", "replace"), status, mimetype="text/html")
    response.headers["Content-Security-Policy"] = POLICY
    # Browsers that are to tell nobody from where they come send forms with the Origin "null".
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Vary"] = "Accept-Language, Cookie"
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie(
            LANGUAGE, language(), max_age=_YEAR_SECONDS, httponly=True, samesite="Lax"
        )
    return response


def sent_to(path: str) -> Response:
    """The answer to a form: look there."""
    return Response(status=303, headers={"Location": path})


def as_problem(error: Problem | CopydeskError) -> Problem:
    """What is wrong, for a form that is shown again; what no form can mend is raised again."""
    problem = of_error(error)
    if problem.status not in (400, 413, 415, 422):
        raise problem
    return problem


def phrases() -> Phrases:
    """The words of pages, in the language of who asks."""
    return Phrases(language(), UKRAINIAN)


def language() -> str:
    """The language that was asked for now, else last time, else the browser's."""
    asked = (request.args.get("lang"), request.cookies.get(LANGUAGE))
    known = [name for name in asked if name in LANGUAGES]
    liked = request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])
    return str(known[0] if known else liked)


def _languages() -> list[tuple[str, str, str]]:
    """Each language: its code, its own name, and the address of this page in it."""
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return [
        (code, _OWN_NAMES[code], f"?{urlencode([*rest, ('lang', code)])}") for code in LANGUAGES
    ]


def wrong_words(problem: Problem, say: Phrases) -> str | Markup:
    """What is wrong, in the language of the page as far as there are words for it."""
    if say.language == "en":
        return one_line(str(problem))
    told = PROBLEMS.get(problem.code)
    return told or Markup('<span lang="en">{}</span>').format(one_line(str(problem)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = environment(PackageLoader("service.pages"))
    made.globals["wrong_words"] = wrong_words
    return made
