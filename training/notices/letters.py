"""Letters, put together from templates in the language of whoever gets them."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from training.core import locales


@dataclass(frozen=True)
class Letter:
    """A letter: to which address (None: its reader has none), its subject, and its text, plain and
    as HTML."""

    to: str | None
    language: str
    subject: str
    text: str
    html: str


def compose(name: str, *, to: str | None, language: str, link: str = "", **facts: Any) -> Letter:
    """Write the letter of the template `name` in a language, or in English where the pages are not
    there in it. `link` is an address to open, which stands in a paragraph of its own; `facts` are
    what else the template tells of."""
    locale = locales.locale_of(language)
    with force_locale(locale):
        words = {"_": gettext, "ngettext": ngettext}  # those of pages escape what they fill in
        plain = current_app.jinja_env.get_template(f"emails/{name}.txt")
        written: Any = plain.make_module({**words, "link": link, **facts})
        text = str(written).strip()
        page = current_app.jinja_env.get_template("emails/letter.html").render(
            subject=written.subject,
            paragraphs=text.split("\n\n"),
            link=link,
            locale_tag=locales.tag_of(locale),
            text_direction=locale.text_direction,
        )
    return Letter(to, locales.tag_of(locale), written.subject, text, page)
