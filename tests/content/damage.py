"""What stands in a damaged file that should not: values, lines, names."""


def _pool(text: str) -> tuple[bytes, ...]:
    return tuple(one.encode() for one in text.split(" ¦ "))


_PLAIN = _pool(
    "7 ¦ -1 ¦ 0 ¦ 1.5 ¦ 1e3 ¦ 0x1F ¦ .inf ¦ true ¦ null ¦ ~ ¦  ¦ [] ¦ [a, b] ¦ [a: b] ¦ {} ¦ {a: b}"
    ' ¦ {a, b} ¦ \'\' ¦ "" ¦ " ¦ \' ¦ "\\q" ¦ "\\u0000" ¦ "\\ud800" ¦ &a b ¦ *a ¦ !x b'
    " ¦ !!python/object/apply:os.system [a] ¦ <<: *a ¦ %a ¦ @a ¦ `a ¦ a: b ¦ a #b ¦ - a ¦ ? a"
    " ¦ 2026-02-30 ¦ https:// ¦ javascript:alert(1) ¦ <script>alert(1)</script> ¦ a\tb ¦ \ta"
    " ¦ |\n      a\n     b ¦ >\n      a\n\n        b ¦ |9\n  a"
)
_ODD = _pool(
    "a\0b ¦ a\x07b ¦ a\x1bb ¦ a\u202eb ¦ a\u2067b ¦ \ufeffa ¦ \U0001f6c2 ¦ a\u2028b ¦ \uffff"
    " ¦ e\u0301"
)
_LONG = (
    *(
        b"9" * 5_000,
        b"[" * 50,
        b"{a: " * 50,
        b"- " * 50,
        b"x" * 600,
        b"x" * 5_000,
        b"word " * 3_000,
    ),
    ("e" + "\u0323\u0301" * 40).encode(),
)
NOT_UTF_8 = (b"a\x85b", b"\xff\xfe", b"\xed\xa0\x80", b"\xc3(")

VALUES = (*_PLAIN, *_ODD, *_LONG, *NOT_UTF_8)

LINES = _pool(
    "--- ¦ ... ¦ %YAML 1.1 ¦ \t ¦   \t- a ¦ : ¦ -  ¦ ? ¦ # ¦ {#a} ¦ {#} ¦ {#A b} ¦ ::: ¦ ::: case"
    " ¦ ::: your-country ¦ ::: your-country hotline ¦ ::: x y ¦ :::: case ¦ # One ¦ ####### Seven"
    " ¦ <div> ¦ <!--  ¦ ![a](b) ¦ [a](javascript:b) ¦ <https://a.b> ¦ | a |\n|---| ¦ |-|-|-| ¦ ```"
    " ¦ ~~~ ¦     code ¦ 1. a ¦ - a ¦ > a ¦ * * * ¦ [a]: b ¦ &amp; ¦ \\ ¦ a\\ ¦ ** ¦ [^1]: a ¦ ==="
    " ¦ \u202e ¦ {{7*7}} ¦ {% x %}"
)

HEAVY = (
    *(mark * 1_000 + b"a" for mark in (b"> ", b"- ", b"1. ", b"[", b"*", b"`", b"|a")),
    b"\n".join(b"  " * depth + b"- a" for depth in range(200)),
)
"""Deep nesting, and marks in heaps."""

HUGE = tuple(
    mark * (size // len(mark)) for mark in (b"[", b"> ", b"*", b"|") for size in (2**18, 2**20)
)

NAMES = (
    *("lessons/10-other.md", "lessons/1-a.md", "lessons/30-A.md", "lessons/10-.md"),
    *("lessons/deeper/10-a.md", "items/more.yaml", "items/a b.yaml", "items/\u202e.yaml"),
    *("items/\udcff.yaml", "items/.yaml", "notes.txt", "module.yml", "MODULE.YAML", "a\nb"),
    *("quizzes.yaml ", "../module.yaml", "/module.yaml"),
)
KEYS = _pool("id ¦ text ¦ key ¦ number ¦ blocks ¦ topic ¦ titel ¦ << ¦ é")
IDS = _pool("look ¦ act ¦ final ¦ opening ¦ looking ¦ cover ¦ call ¦ Look ¦ ")
