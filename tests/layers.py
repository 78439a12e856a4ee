"""Reads a tree's imports, to hold its layers to the rule of the house.

Bytes and clock readings go in, events and bytes come out: `modem/` and `core/` touch nothing, and every arrow
between layers points down. `faults(root)` says where a tree breaks that, a sentence each. An import for types
alone must point down too; it makes no circle, because nothing is loaded by it.
"""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

PACKAGES = ("appliance", "web")


class Layer(StrEnum):
    """A part of the tree; its value is the folder its modules share, or says which they are."""

    MODEM = "appliance.modem"
    CORE = "appliance.core"
    DRIVERS = "appliance.drivers"
    SIMULATOR = "appliance.simulator"
    DAEMON = "appliance.*"  # daemon.py, and the modules beside it that it is made of
    COMMANDS = "appliance.cli"  # and those of _COMMANDS
    VERSION = "appliance"  # the package itself holds nothing but the version
    WEB = "web"


_COMMANDS = frozenset(f"appliance.{name}" for name in ("__main__", "cli", "commands", "demo", "simulate"))
PURE = (Layer.MODEM, Layer.CORE)
MAY_IMPORT: Mapping[Layer, frozenset[Layer]] = {
    Layer.MODEM: frozenset(),
    Layer.CORE: frozenset({Layer.MODEM}),
    Layer.DRIVERS: frozenset({Layer.CORE, Layer.MODEM, Layer.VERSION}),
    Layer.SIMULATOR: frozenset(),
    Layer.DAEMON: frozenset({Layer.DRIVERS, Layer.CORE, Layer.MODEM, Layer.VERSION}),
    Layer.COMMANDS: frozenset(Layer),
    Layer.VERSION: frozenset(),
    Layer.WEB: frozenset({Layer.CORE, Layer.DRIVERS, Layer.VERSION}),
}
# The page meets the box at its files: these drivers are the daemon's alone.
_DAEMONS = """
serial_port find_modem modem_ports usb_ports usb_reset usb_reset_helper power_key
lights button gpio fault_light service power waiter
"""
NOT_FOR_WEB = frozenset(f"appliance.drivers.{name}" for name in _DAEMONS.split())

# All that a pure module may ask of Python and of others: nothing here reads a clock, a file, a port or a die.
_PURE_NEEDS = """
__future__ abc bisect calendar codecs collections contextlib copy csv dataclasses datetime decimal enum
functools hashlib heapq hmac itertools json logging math operator re string struct textwrap types typing
unicodedata warnings zoneinfo gsmmodem holidays phonenumbers pydantic pydantic_core
"""
PURE_NEEDS = frozenset(_PURE_NEEDS.split())
SIMULATOR_NEEDS = sys.stdlib_module_names | {"gsmmodem"}
CLOCKS = frozenset({"now", "today", "utcnow"})
WORLDLY_CALLS = frozenset({"__import__", "breakpoint", "eval", "exec", "input", "open", "print"})


@dataclass(frozen=True)
class Module:
    """One file of the tree."""

    name: str
    tree: ast.Module
    is_package: bool

    @property
    def layer(self) -> Layer:
        return layer_of(self.name)


def layer_of(name: str) -> Layer:
    """Return the layer of a dotted name of ours."""
    if name == Layer.VERSION:
        return Layer.VERSION
    if ".".join(name.split(".")[:2]) in _COMMANDS:
        return Layer.COMMANDS
    folders = (Layer.MODEM, Layer.CORE, Layer.DRIVERS, Layer.SIMULATOR, Layer.WEB)
    return next((layer for layer in folders if f"{name}.".startswith(f"{layer}.")), Layer.DAEMON)


def modules(root: Path) -> dict[str, Module]:
    """Parse every module of ours below `root`, by dotted name."""
    found = {}
    for path in sorted(path for package in PACKAGES for path in (root / package).rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if is_package else parts)
        found[name] = Module(name, ast.parse(path.read_text(encoding="utf-8")), is_package)
    return found


def faults(root: Path) -> list[str]:
    """Return every break of the rule below `root`; none when the tree is sound."""
    tree = modules(root)
    found = []
    graph: dict[str, list[str]] = {}
    for module in tree.values():
        wanted = list(dict.fromkeys(imports(module, tree)))
        found += [f"{module.name} imports {name}" for name in wanted if not _may_import(module, name)]
        if module.layer in PURE:
            found += [f"{module.name} calls {call}" for call in worldly_calls(module.tree)]
        loaded = imports(module, tree, for_types=False)
        graph[module.name] = [name for name in dict.fromkeys(loaded) if name in tree and name != module.name]
    return found + [f"circle: {' -> '.join(circle)}" for circle in circles(graph)]


def imports(module: Module, tree: Mapping[str, Module], *, for_types: bool = True) -> Iterator[str]:
    """Every dotted name a module imports, also inside functions; under TYPE_CHECKING too if `for_types`."""
    unread: list[ast.AST] = [module.tree]
    while unread:
        node = unread.pop(0)
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=source, names=names, level=level):
                base = _absolute(module, source or "", level)
                for alias in names:
                    inner = f"{base}.{alias.name}"
                    yield inner if inner in tree else base
            case ast.If(test=test, orelse=otherwise) if not for_types and _is_type_checking(test):
                unread += otherwise
            case _:
                unread += ast.iter_child_nodes(node)


def _is_type_checking(test: ast.expr) -> bool:
    return ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}


def _absolute(module: Module, source: str, level: int) -> str:
    if level == 0:
        return source
    parts = module.name.split(".")
    here = parts[: len(parts) - level + module.is_package]
    return ".".join([*here, *filter(None, [source])])


def _may_import(module: Module, name: str) -> bool:
    top = name.partition(".")[0]
    if top in PACKAGES:
        if module.layer is Layer.WEB and name in NOT_FOR_WEB:
            return False
        return layer_of(name) in {module.layer, *MAY_IMPORT[module.layer]}
    match module.layer:
        case Layer.MODEM | Layer.CORE:
            return top in PURE_NEEDS and name != "logging.handlers"
        case Layer.SIMULATOR:
            return top in SIMULATOR_NEEDS
        case _:
            return True


def worldly_calls(tree: ast.Module) -> Iterator[str]:
    """Find clocks read off datetime (called or handed on) and calls of builtins that touch the world."""
    clocks = {"datetime", "date"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "datetime":
            clocks |= {
                alias.asname for alias in node.names if alias.asname and alias.name in {"datetime", "date"}
            }
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=owner, attr=attr) if attr in CLOCKS:
                if ast.unparse(owner).rpartition(".")[2] in clocks:
                    yield ast.unparse(node)
            case ast.Call(func=ast.Name(id=name)) if name in WORLDLY_CALLS:
                yield name
            case _:
                pass


def circles(graph: Mapping[str, list[str]]) -> Iterator[list[str]]:
    """Yield a circle for every arrow that closes one, as the names along it."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> Iterator[list[str]]:
        if name in trail:
            yield [*trail[trail.index(name) :], name]
        elif name not in done:
            for after in graph.get(name, []):
                yield from walk(after, [*trail, name])
            done.add(name)

    for name in graph:
        yield from walk(name, [])
