"""Write down what CSS the oldest browsers that we promise to serve know, from MDN's data.

`python -m tests.styles.make_support data.json`, with the file of the package
@mdn/browser-compat-data (CC0), writes `support.json` anew: the names of all properties, selectors,
at-rules (with their media features and descriptors) and functions that each of them knows, and the
values of properties that one of them lacks.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

OLDEST = {"chrome": 87, "firefox": 115}
KEPT = Path(__file__).with_name("support.json")


def main() -> None:
    """Read the data and write what the tests need of them."""
    css = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["css"]
    properties, types = dict(_features(css["properties"])), dict(_features(css["types"]))
    selectors, at_rules = dict(_features(css["selectors"])), dict(_features(css["at-rules"]))
    kept = {
        "properties": [way[0] for way, known in properties.items() if known and len(way) == 1],
        "lacking": [" ".join(way) for way, known in properties.items() if not known and way[1:]],
        "selectors": [way[0] for way, known in selectors.items() if known and len(way) == 1],
        "at-rules": [" ".join(way) for way, known in at_rules.items() if known],
        "functions": [way[-1].lower() for way, known in {**properties, **types}.items() if known],
    }
    text = json.dumps({kind: sorted(set(names)) for kind, names in kept.items()}, indent=0)
    KEPT.write_text(f"{text}\n", encoding="utf-8")


def _features(
    node: dict[str, Any], way: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], bool]]:
    """Yield the way down to each feature, and whether each of the oldest browsers knows it."""
    for name, child in node.items():
        if name != "__compat":
            if "__compat" in child:
                support = child["__compat"]["support"]
                known = [_since(support.get(one, {})) <= oldest for one, oldest in OLDEST.items()]
                yield (*way, name), all(known)
            yield from _features(child, (*way, name))


def _since(entries: Any) -> float:
    """Return the version that brought a feature without a prefix or a switch, else infinity. What
    went with a version was there in part, and is whole since."""
    listed = entries if isinstance(entries, list) else [entries]
    plain = [
        entry for entry in listed if not {"prefix", "alternative_name", "flags"} & entry.keys()
    ]
    found = [re.search(r"\d+", str(entry.get("version_added"))) for entry in plain]
    whole = any("version_removed" not in entry for entry in plain)
    return min((int(match[0]) for match in found if match and whole), default=float("inf"))


if __name__ == "__main__":
    main()
