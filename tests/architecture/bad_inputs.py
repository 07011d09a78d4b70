"""Input that nobody means well: values as they stand in an address or a form, bodies, headers."""

from urllib.parse import quote

LIMIT = 256 * 1024
"""How many bytes a form may have, an upload apart."""

_ODD_TEXTS = {
    "spaces": "   ",
    "right-to-left override": "abc\u202egpj.exe",
    "unclosed isolate": "\u2067abc",
    "byte order mark": "\ufeffabc",
    "zero width": "\u200b\u200d\u2060",
    "4-byte": "🛂👮🏽‍♀️𐎧𠜎",
    "last character": "\U0010ffff\uffff",
    "many marks": "a" + "\u0301" * 400,
    "grows 18 times": "\ufdfa" * 200,
    "digits of another script": "٣٤",
    "superscript digit": "²",
    "backslash": "a\\b",
    "dots": "..",
    "line break": "a\r\nSet-Cookie: waypost_session=x",
    "tab": "\ta",
    "terminal escape": "\x1b[31mred\x1b[0m\x07",
    "next line": "a\x85b\u2028c",
    "script": '"><script>alert(1)</script>',
    "attribute": "' onfocus='alert(1)",
    "template": "{{ 7 * 7 }}{% raw %}",
    "percent format": "%(name)s %s %n %",
    "brace format": "{0.__class__}{actor}",
    "SQL": "' OR '1'='1' --",
    "wildcards": "%_%",
    "JSON": '{"a": ["b", null]}',
    "deep": "[" * 3000,
    "true": "true",
    "null": "null",
    "zero": "0",
    "one": "1",
    "negative": "-1",
    "fraction": "1.5",
    "exponent": "1e9",
    "not a number": "NaN",
    "hexadecimal": "0x10",
    "underscore": "1_0",
    "beyond 32 bits": "2147483648",
    "beyond 64 bits": "18446744073709551616",
    "digits without end": "9" * 5000,
    "long": "x" * 20_000,
    "long name": "y" * 201,
    "no address": "//[",
    "no address either": "http://[::1",
    "elsewhere": "//evil.example/",
    "elsewhere by backslash": "/\\evil.example/",
    "elsewhere by tab": "/\t/evil.example/",
    "elsewhere in full": "https://evil.example/",
    "javascript": "javascript:alert(1)",
    "nil id": "00000000-0000-0000-0000-000000000000",
    "id in braces": "{00000000-0000-7000-8000-000000000000}",
    "overview": "overview",
}
VALUES = {
    "nothing": "",
    "NUL": "%00",
    "NUL inside": "a%00b",
    "NUL encoded twice": "%2500",
    "lone surrogate": "%ED%A0%80",
    "surrogates as UTF-8": "%ED%A0%BD%ED%B8%80",
    "no UTF-8": "%FF%FE",
    "too long UTF-8": "%C0%AF",
    "cut UTF-8": "%E2%82",
    "slash": "a%2Fb",
    "way up": "..%2F..%2F..%2Fetc%2Fpasswd",
    "way up, encoded twice": "%252e%252e%252f",
    "bare percent": "%",
    "broken percent": "%zz%u0041",
    "deeply encoded": "%" + "25" * 500 + "41",
    **{name: quote(text, safe="") for name, text in _ODD_TEXTS.items()},
}
"""Values by what is odd in them, as they stand on the wire: percent-encoded, rightly or not."""

HUGE = {
    "just under the limit": "x" * (LIMIT - 2000),
    "just over the limit": "x" * (LIMIT + 1),
    "4-byte without end": quote("🛂") * 20_000,
}
"""What only a body has room for."""

FORM = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data; boundary=b"


def _part(head: str, body: str = "x", end: str = "--b--\r\n") -> bytes:
    return f"--b\r\n{head}\r\n\r\n{body}\r\n{end}".encode("utf-8", "surrogateescape")


_NAMED = 'Content-Disposition: form-data; name="item"'
BODIES: dict[str, tuple[str, bytes]] = {
    "none": ("", b""),
    "no content type": ("", b"item=x"),
    "JSON": ("application/json", b'{"item": "x", "response": ["a"]}'),
    "broken JSON": ("application/json", b'{"item": '),
    "XML": ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "another charset": (f"{FORM}; charset=utf-16", "item=x".encode("utf-16")),
    "no charset": (f"{FORM}; charset=nonsense", b"item=x"),
    "compressed": (FORM, b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xcb,I\xcd\xb5\xad\x00\x00"),
    "binary": (FORM, bytes(range(256))),
    "only separators": (FORM, b"&=&&==;" * 500),
    "no names": (FORM, b"=x&=y&z"),
    "arrays": (FORM, b"item[]=x&item[a][b]=y&response[]=a&note[]=x&password[$ne]=1"),
    "thousands of fields": (FORM, b"&".join(b"f%d=x" % i for i in range(5000))),
    "one field thousands of times": (FORM, b"&".join([b"item=x&response=a"] * 5000)),
    "a long name": (FORM, b"n" * 100_000 + b"=x"),
    "multipart without boundary": ("multipart/form-data", _part(_NAMED)),
    "multipart, empty boundary": ("multipart/form-data; boundary=", _part(_NAMED)),
    "multipart, foreign boundary": ("multipart/form-data; boundary=c", _part(_NAMED)),
    "multipart, odd boundary": ("multipart/form-data; boundary=\xe9", _part(_NAMED)),
    "multipart, endless boundary": (f"multipart/form-data; boundary={'b' * 5000}", b"--b"),
    "multipart cut in the head": (_MULTIPART, b"--b\r\nContent-Disp"),
    "multipart cut in the body": (_MULTIPART, _part(_NAMED, "x", "")),
    "multipart with an endless head": (_MULTIPART, _part("X: " + "x" * 100_000)),
    "multipart, part without a head": (_MULTIPART, _part("nothing")),
    "multipart, part without a name": (_MULTIPART, _part("Content-Disposition: form-data")),
    "multipart, NUL in the name": (
        _MULTIPART,
        _part('Content-Disposition: form-data; name="a\0b"'),
    ),
    "multipart, NUL in the value": (_MULTIPART, _part(_NAMED, "a\0b")),
    "multipart, NUL in a file's name": (
        _MULTIPART,
        _part('Content-Disposition: form-data; name="file"; filename="a\0.zip"'),
    ),
    "multipart, surrogates": (_MULTIPART, _part(_NAMED, "\udced\udca0\udc80")),
    "multipart, another charset": (
        _MULTIPART,
        _part(f"{_NAMED}\r\nContent-Type: text/plain; charset=utf-16", "xy"),
    ),
    "multipart, odd name charset": (
        _MULTIPART,
        _part("Content-Disposition: form-data; name*=utf-9''item"),
    ),
    "multipart, a field as a file": (
        _MULTIPART,
        _part('Content-Disposition: form-data; name="item"; filename="x"'),
    ),
    "multipart, a file without a name": (
        _MULTIPART,
        _part('Content-Disposition: form-data; name="file"; filename=""'),
    ),
    "multipart, thousands of parts": (_MULTIPART, _part(_NAMED, "x", "") * 1500 + b"--b--\r\n"),
    "multipart, too large": (_MULTIPART, _part(_NAMED, "x" * (LIMIT + 1))),
}
"""Bodies by what is odd in them: content type and bytes."""

_FAR = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
HEADERS: dict[str, tuple[str, str]] = {
    "since a year without end": ("If-Modified-Since", _FAR),
    "since an odd zone": ("If-Modified-Since", "Mon, 01 Jan 2020 00:00:00 +99999999999999"),
    "since nothing": ("If-Modified-Since", "x"),
    "unless a year without end": ("If-Unmodified-Since", _FAR),
    "range if a year without end": ("If-Range", _FAR),
    "broken ETag": ("If-None-Match", 'W/"'),
    "thousands of ETags": ("If-None-Match", '"x",' * 5000),
    "any ETag": ("If-Match", "*"),
    "range backwards": ("Range", "bytes=5-1"),
    "range without end": ("Range", f"bytes=0-{'9' * 5000}"),
    "many ranges": ("Range", "bytes=" + "0-0," * 5000),
    "range of nothing": ("Range", "x=-"),
    "odd language": ("Accept-Language", "x" * 20_000),
    "many languages": ("Accept-Language", ",".join(["xx;q=0.1"] * 5000)),
    "odd quality": ("Accept-Language", "en;q=NaN, de;q=1e999, fr;q=-1, ;q="),
    "odd encoding": ("Accept-Encoding", ";q=x,identity;q=0,*;q=0"),
    "no encoding": ("Accept-Encoding", "identity;q=0"),
    "JSON alone": ("Accept", "application/json"),
    "odd types": ("Accept", "*/*;q=x, a/b/c, ;;"),
    "binary cookie": ("Cookie", "waypost_session=\xff\xfe; waypost_visit=\xed\xa0\x80"),
    "quoted cookie": ("Cookie", r'waypost_session="\777\000"; waypost_visit="'),
    "many cookies": ("Cookie", "; ".join(["waypost_session=x"] * 3000)),
    "a visit not ours": ("Cookie", "waypost_visit=eyJhIjoxfQ.aaaaaa.bbbbbb"),
    "another method": ("X-HTTP-Method-Override", "DELETE"),
    "odd token": ("X-CSRF-Token", "\xff" * 100),
    "odd script": ("X-Waypost-Script", "\xff"),
    "odd authorization": ("Authorization", "Basic ===="),
    "odd digest": ("Authorization", 'Digest username="'),
    "a length that is none": ("Content-Length", "x"),
    "a negative length": ("Content-Length", "-1"),
    "odd expectation": ("Expect", "200-maybe"),
    "odd date": ("Date", _FAR),
    "odd referrer": ("Referer", "http://["),
    "no origin": ("Origin", "null"),
    "odd site": ("Sec-Fetch-Site", "\xff"),
}
"""Headers by what is odd in them: name and value, as Latin-1."""
