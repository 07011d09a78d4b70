"""The kinds and folds of an application: each feature's own, from the lowest floor up."""

from collections.abc import Sequence

from flask import Flask, current_app

from training.records.folding import Fold, Kind

_KEY = "waypost.records"


class Registry:
    """The kinds and, in the order of the floors, the folds of an application."""

    def __init__(self) -> None:
        self.kinds: dict[str, Kind] = {}
        self.folds: list[Fold] = []

    def register(self, *, kinds: Sequence[Kind], fold: Fold | None = None) -> None:
        """Add a feature's kinds and its fold, above those registered before."""
        self.kinds |= {kind.name: kind for kind in kinds}
        if fold is not None:
            self.folds.append(fold)

    @property
    def decisions(self) -> set[str]:
        """Return the kinds that come only from deciders."""
        return {fold.decision for fold in self.folds}


def init_app(app: Flask) -> Registry:
    """Give the application its registry and return it."""
    app.extensions[_KEY] = Registry()
    return registry(app)


def registry(app: Flask | None = None) -> Registry:
    """Return the registry of an application, by default the current one."""
    found: Registry = (app or current_app).extensions[_KEY]
    return found
