"""Texts that would act if a page took them for anything but text, and modules full of them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from training.content.schema import Document

PAYLOADS = (
    "<script>window.hit=1</script>",
    "</script><script>window.hit=1</script>",
    "</title><script>window.hit=1</script>",
    "</textarea><img src=x onerror=window.hit=1>",
    "<img src=x onerror=window.hit=1>",
    "<svg onload=window.hit=1>",
    "<svg><script href=data:,window.hit=1 />",
    "<svg><animate onbegin=window.hit=1 attributeName=x dur=1s>",
    "<math><mtext><script>window.hit=1</script>",
    "<body onload=window.hit=1>",
    "<details open ontoggle=window.hit=1>",
    "<input autofocus onfocus=window.hit=1>",
    "<video><source onerror=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<object data=data:text/html,hit></object>",
    "<embed src=javascript:window.hit=1>",
    "<base href=https://hit.example/>",
    "<meta http-equiv=refresh content=0;url=https://hit.example/>",
    "<link rel=stylesheet href=https://hit.example/a.css>",
    "<style>*{background:url(https://hit.example/)}</style>",
    "<form action=https://hit.example/><button>hit</button></form>",
    "<p style=background:url(https://hit.example/)>hit",
    "<!--><img src=x onerror=window.hit=1>-->",
    "<![CDATA[<script>window.hit=1</script>]]>",
    '" onmouseover="window.hit=1" x="',
    "' onmouseover='window.hit=1' x='",
    "` onmouseover=window.hit=1 x=`",
    '"><script>window.hit=1</script>',
    "{{ 7717 * 7 }} hit",
    "{% for hit in cycler.__init__.__globals__ %}{{ hit }}{% endfor %}",
    "${7717*7} <%= 7717*7 %> #{7717*7} hit",
    "%(hit)s %s {hit} {0.__class__}",
    "&lt;script&gt;window.hit=1&lt;/script&gt;",
    "&#60;script&#62;window.hit=1&#60;/script&#62; &#x3c;img src=x onerror=hit&#x3e;",
    "[hit](javascript:window.hit=1)",
    "[hit](java&#115;cript:window.hit=1) [hit](JaVaScRiPt:window.hit=1)",
    "[hit](<javascript:window.hit=1> 'hit')",
    "[hit](data:text/html;base64,PHNjcmlwdD4=) [hit](vbscript:hit) [hit](file:///hit)",
    "![hit](https://hit.example/a.png) ![hit](javascript:window.hit=1)",
    "<javascript:window.hit=1> <https://hit.example/> https://hit.example/",
    '[hit](https://hit.example/"onmouseover=window.hit=1) [hit](//hit.example)',
    "[hit](https://hit.example 'x\" onclick=\"window.hit=1')",
    "[hit]: javascript:window.hit=1",
    "{#hit onclick=window.hit=1} hit",
    "`<script>window.hit=1</script>` ``` <img src=x onerror=hit>",
    "=hit+cmd|' /C calc'!A0",
)
HARMLESS = "harmless words"
LONG = frozenset({"summary", "audience", "sensitivity"})
"""Fields with room for all payloads at once."""

_NO_TEXT = frozenset(
    {"id", "type", "use", "level", "outcome", "kind", "lesson", "slot", "topic", "language", "on"}
    | {"key", "url", "outcomes", "sources", "requires"}
)
"""Fields that hold ids, numbers and addresses: the schema lets no other text in."""
_HEADING = "## "


class _Writer:
    def __init__(self, texts: tuple[str, ...], first: int) -> None:
        self.texts, self.next = texts, first

    def rewritten(self, value: Any, field: str = "") -> Any:
        """Return the value with another text in each of its fields that hold text."""
        if isinstance(value, dict):
            return {key: self._entry(key, inner) for key, inner in value.items()}
        if isinstance(value, tuple):
            return tuple(self.rewritten(inner, field) for inner in value)
        return self.text(field, value) if isinstance(value, str) else value

    def _entry(self, key: str, value: Any) -> Any:
        holds_parts = isinstance(value, tuple) and any(isinstance(one, dict) for one in value)
        return self.rewritten(value, key) if holds_parts or key not in _NO_TEXT else value

    def text(self, field: str, old: str) -> str:
        self.next += 1
        if field in LONG:
            return " ".join(self.texts)[:4_000].strip()
        text = self.texts[self.next % len(self.texts)]
        return _HEADING + text if old.startswith(_HEADING) else text


def written_with(document: Document, texts: tuple[str, ...], first: int = 0) -> Document:
    """Return the document with `texts` in turn, from number `first`, in all its texts; it keeps
    as many items as it needs."""
    values = document.model_dump(by_alias=True)
    for kind in values["module"]["review"]:
        values["module"]["review"][kind] = {"by": "", "on": "2026-01-31"}
    values["module"]["sensitivity"] = "Some."
    values["items"] = tuple(_enough(values["items"], values["quizzes"]))
    return Document.model_validate(_Writer(texts, first).rewritten(values))


def _enough(items: tuple[Any, ...], quizzes: tuple[Any, ...]) -> Iterator[Any]:
    """Yield no more items than the quizzes draw: each costs three pages."""
    left = Counter[tuple[str, str]]()
    for quiz in quizzes:
        use = "exam" if quiz["kind"] == "final" else "practice"
        for draw in quiz["draws"]:
            kind = draw["outcome"], use
            left[kind] = max(left[kind], draw["count"])
    for item in items:
        kind = item["outcome"], item["use"]
        left[kind] -= 1
        if left[kind] >= 0:
            yield item
