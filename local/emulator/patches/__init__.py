"""Corrections of the emulator, one module per fault, each with a test in test/local/emulator/."""

import importlib
import pkgutil


def apply(names: str) -> None:
    """Applies the named patches: `all`, or a list with commas between (empty: none)."""
    known = sorted(module.name for module in pkgutil.iter_modules(__path__))
    for name in known if names == "all" else filter(None, names.split(",")):
        importlib.import_module(f"{__name__}.{name}").apply()
