"""Tables that are broken in a thousand ways, made by chance from a seed."""

import random

from tests.people.tables import HEADS, csv_table, workbook

CELLS = (
    *("", " ", "\0", "\ufeff", "\u200b", "a" * 300, "é" * 60, "a" + "\u0301" * 50, "\ud83d\ude42"),
    *("=1+1", "='", '="', '="0012"', "@x", "+1", "-1", "'", '"', '""', 'a"b', "#REF!", "1E+10"),
    *("0012", "12", "٣٤", "1.5", "2024-01-02", "30/11/2024", "9999-99-99", "0000-00-00", "NaN"),
    *("Aruna", "Aruna Immigration", "Aruna North Gate", "Aruna Harbour", "Beria Border Police"),
    *("learner@example.org", "foreign.learner@example.org", "x@", "@", "a@b", "a@b" * 90),
    *(
        "en",
        "xx-YY-zz",
        "Nour Haddad",
        "نور",
        "สมชาย",
        "王小明",
        "%(name)s",
        "{0}",
        "<b>",
        "\u202e",
    ),
)
ENCODINGS = (
    *("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"),
    *("cp1256", "cp874", "gb18030"),
)
_HEADS = (*HEADS.split(","), "State", "Language", "Code", "Agency", "Unknown", "", "=Name")


def bad_table(seed: int) -> bytes:
    """Return a table that is probably bad; the same for the same seed."""
    chance = random.Random(seed)
    rows = _rows(chance)
    write = _workbook if chance.random() < 0.2 else _text
    content = write(chance, rows)
    return _damaged(chance, content) if chance.random() < 0.4 else content


def _rows(chance: random.Random) -> list[list[str]]:
    heads = HEADS.split(",")
    if chance.random() < 0.3:
        heads = [chance.choice(_HEADS) for _ in range(chance.randrange(0, 12))]
    good = ["Aruna Immigration", "Aruna Harbour", "", "Nour Haddad", "", "2024-01-02", ""]
    rows = []
    for _ in range(chance.randrange(0, 12)):
        row = [*good]
        row[2] = f"{chance.randrange(10**6):06}"
        for _ in range(chance.choice((0, 0, 0, 0, 1, 2, 3))):
            row[chance.randrange(len(row))] = chance.choice(CELLS)
        if chance.random() < 0.1:
            row = row[: chance.randrange(len(row))] + [chance.choice(CELLS)] * chance.randrange(5)
        rows.append(row)
    return [heads, *rows]


def _text(chance: random.Random, rows: list[list[str]]) -> bytes:
    separator, end = chance.choice(",;\t|"), chance.choice(("\r\n", "\n", "\r", "\n\n", "\x00\n"))
    text = end.join(separator.join(row) for row in rows)
    if chance.random() < 0.1:
        text = f"sep={separator}\n{text}"
    return text.encode(chance.choice(ENCODINGS), chance.choice(("ignore", "replace")))


def _workbook(chance: random.Random, rows: list[list[str]]) -> bytes:
    kept = [[cell if cell.isprintable() else "?" for cell in row] for row in rows]
    typed = [
        [
            chance.choice((cell, 12, 1.5, True, None)) if chance.random() < 0.1 else cell
            for cell in r
        ]
        for r in kept
    ]
    return workbook(*typed)


def _damaged(chance: random.Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(chance.randrange(1, 9)):
        place = chance.randrange(len(data) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            data[place : place + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del data[place : place + chance.randrange(1, 60)]
        elif kind == 2:
            data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(1, 9)))
        else:
            data = data[:place] if place > 4 else data
    return bytes(data)


def good_table() -> bytes:
    """Return a table that is good: the control."""
    return csv_table("Aruna Immigration,Aruna Harbour,0001,Nour Haddad,,2024-01-02,")
