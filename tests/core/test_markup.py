"""Markdown to HTML: emphasis in all scripts, nothing that acts, headings below the page's own."""

import pytest

from training.core.markup import render


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("**强调。**后", "<p><strong>强调。</strong>后</p>"),
        ("**ပါ။**နောက်", "<p><strong>ပါ။</strong>နောက်</p>"),
        ("ទី**កន្លែង។**ថ្មី", "<p>ទី<strong>កន្លែង។</strong>ថ្មី</p>"),
        ("ទី**កន្លែង។**\u200bថ្មី", "<p>ទី<strong>កន្លែង។</strong>\u200bថ្មី</p>"),
        ("กด**(ปุ่ม)**นี้", "<p>กด<strong>(ปุ่ม)</strong>นี้</p>"),
        ("আমি**করি।**পরে", "<p>আমি<strong>করি।</strong>পরে</p>"),
        ("اب **ہے۔**پھر", "<p>اب <strong>ہے۔</strong>پھر</p>"),
        ("中*文。*中", "<p>中<em>文。</em>中</p>"),
    ],
)
def test_emphasis_works_without_spaces_around_it(markdown: str, html: str) -> None:
    assert render(markdown).strip() == html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ("a*b*c", "<p>a<em>b</em>c</p>"),
        ("a * b * c", "<p>a * b * c</p>"),
        ("snake_case_x", "<p>snake_case_x</p>"),
        ("**bold**.", "<p><strong>bold</strong>.</p>"),
        ('"*x*"y', '<p>"<em>x</em>"y</p>'),
        ("x*(y)*z", "<p>x*(y)*z</p>"),
        ("***a** b*", "<p><em><strong>a</strong> b</em></p>"),
    ],
)
def test_emphasis_in_ascii_stays_that_of_commonmark(markdown: str, html: str) -> None:
    assert render(markdown).strip() == html


def test_a_table_is_rendered() -> None:
    html = render("| a | b |\n|---|--:|\n| *c* | d |")

    assert "<th>a</th>" in html
    assert "<td><em>c</em></td>" in html
    assert "style" not in html


@pytest.mark.parametrize("markdown", ["# Title", "Title\n=====", "## Title", "Title\n-----"])
def test_headings_begin_at_the_second_level(markdown: str) -> None:
    assert render(markdown).strip() == "<h2>Title</h2>"


def test_a_link_to_https_is_a_link() -> None:
    assert 'href="https://example.org/a?b=1&amp;c=2"' in render(
        "[x](https://example.org/a?b=1&c=2)"
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "java&#115;cript:alert(1)",
        "data:text/html,x",
        "http://example.org",
        "//example.org",
        "/sign-out",
        "mailto:a@example.org",
    ],
)
def test_any_other_address_is_no_link(address: str) -> None:
    assert "<a" not in render(f"[x]({address}) <{address}>\n\n[y]\n\n[y]: {address}")


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<svg/onload=alert(1)>",
        "![x](https://example.org/x.png)",
        "```<script>\n<script>alert(1)</script>\n```",
        '`<b onclick="x">`',
        "| <script> |\n|---|\n| <iframe src=x> |",
        "<!-- <b> -->",
        "[<b>](https://example.org)",
    ],
)
def test_html_and_pictures_are_shown_as_they_are_written(markdown: str) -> None:
    html = render(markdown)

    for tag in ("<script", "<img", "<svg", "<iframe", "<b", "<!--"):
        assert tag not in html


def test_entities_bring_in_no_hidden_characters() -> None:
    assert render("a &#8238; &lt;b&gt;") == "<p>a &amp;#8238; &amp;lt;b&amp;gt;</p>\n"
