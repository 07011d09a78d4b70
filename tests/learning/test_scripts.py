"""A lesson in another script: its language and direction stand with it, and no sign is lost."""

import html
from collections.abc import Callable

import pytest
from flask import Flask

from tests import modules, way
from tests.cast import Cast
from tests.visitor import Visitor
from training.content import canonical_form, folder
from training.content.schema import Block, Document

Visit = Callable[..., Visitor]
TITLES = {"ur": "پاسپورٹ", "km": "លិខិតឆ្លងដែន", "fa": "گذرنامه"}
SENTENCES = {
    "ur": ("براہِ کرم اپنا پاسپورٹ دکھائیں۔", "آپ کا نام کیا ہے؟"),
    # A zero-width space tells where a line may break; Khmer has no spaces between words.
    "km": ("សូម\u200bបង្ហាញ\u200bលិខិតឆ្លងដែន\u200bរបស់\u200bអ្នក។", "តើ\u200bអ្នក\u200bឈ្មោះ\u200bអ្វី?"),
    # A zero-width non-joiner belongs to the spelling.
    "fa": ("لطفاً گذرنامه\u200cتان را نشان دهید.", "نام شما چیست؟"),
}


def in_script(document: Document, language: str) -> Document:
    """Return the module in a language, with a first lesson in it."""
    first, second = SENTENCES[language]
    blocks = (
        Block(id="plain", kind="text", text=first),
        Block(id="listed", kind="text", text=f"- {first}\n- **{second}**"),
        Block(id="boxed", kind="key-point", text=second),
    )
    facts = {"language": language, "title": TITLES[language]}
    lesson = document.lessons[0].model_copy(update={"title": TITLES[language], "blocks": blocks})
    return document.model_copy(
        update={
            "module": document.module.model_copy(update=facts),
            "lessons": (lesson, *document.lessons[1:]),
        }
    )


@pytest.mark.parametrize("language", SENTENCES)
def test_a_lesson_in_another_script_is_whole(
    app: Flask, visit: Visit, cast: Cast, language: str
) -> None:
    """As it was written, in the browser's hands for its direction."""
    document = in_script(modules.published(app), language)
    modules.publish(app, document)
    official = visit(cast["learner"])
    way.enrol(official)
    page = official.get(f"{way.HOME}/lessons/{document.lessons[0].id}").text
    article = page.split("<article", 1)[1].split("</article>", 1)[0]
    assert article.startswith(f' class="prose" lang="{language}" dir="auto">')
    first, second = SENTENCES[language]
    shown = html.unescape(article)
    assert (shown.count(first), shown.count(second)) == (2, 2)
    assert f"<strong>{second}</strong>" in shown
    assert TITLES[language] in html.unescape(official.get(f"{way.HOME}/").text)


@pytest.mark.parametrize("language", SENTENCES)
def test_a_folder_keeps_every_sign_of_it(app: Flask, language: str) -> None:
    """Written out as a folder and read again, the module is the same."""
    document = in_script(modules.published(app), language)
    again, findings = folder.read(canonical_form.write(document))
    assert (again, findings) == (document, [])
