"""Small faults put into a module, one at a time: what a slip of the pen would make of it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_RECKONED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_CALLED = {
    "min": "max",
    "max": "min",
    "any": "all",
    "all": "any",
    "and_": "or_",
    "or_": "and_",
    "true": "false",
    "false": "true",
    "sorted": "list",
}
_METHODS = {"in_": "not_in", "not_in": "in_", "is_": "is_not"}
_SILENT = {"annotation", "returns", "decorator_list", "bases"}


@dataclass(frozen=True)
class Mutant:
    """A module with one fault: where it is, what stood there and what stands there now.

    `in_function`: it changes only what a function does when it is called.
    """

    line: int
    function: str
    change: str
    source: str
    in_function: bool = False


def mutants(source: str) -> Iterator[Mutant]:
    """Yield every mutant of a module, each once."""
    tree = ast.parse(source)
    seen = {ast.unparse(tree)}
    for slot, place, line, function, inside in _slots(tree, 0, "", False):
        node = slot[place]
        for other in _faults(node):
            slot[place] = other
            text = ast.unparse(tree)
            if text not in seen:
                seen.add(text)
                yield Mutant(line, function, f"{_shown(node)} → {_shown(other)}", text, inside)
        slot[place] = node


def _slots(
    parent: ast.AST, line: int, name: str, inside: bool
) -> Iterator[tuple[Any, Any, int, str, bool]]:
    """Yield the place of each part of a tree that does something: list or fields, and index; its
    line, what it stands in, and whether that is a function."""
    for field, value in ast.iter_fields(parent):
        if field in _SILENT:
            continue
        slot: Any = value if isinstance(value, list) else vars(parent)
        for place in range(len(value)) if isinstance(value, list) else [field]:
            child = slot[place]
            if isinstance(child, ast.AST) and not _only_read(child):
                at = getattr(child, "lineno", line)
                inner = name
                if isinstance(child, ast.FunctionDef | ast.ClassDef):
                    inner = f"{name}.{child.name}".lstrip(".")
                yield slot, place, at, inner, inside
                yield from _slots(child, at, inner, inside or isinstance(child, ast.FunctionDef))


def _shown(node: ast.AST) -> str:
    return ast.unparse(node).strip().partition("\n")[0]


def _only_read(node: ast.AST) -> bool:
    """Docstrings, and what a type checker reads."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def _faults(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(value=str(value)):
            yield ast.Constant("" if value else "x")
        case ast.Compare(left, ops, right):
            for i, op in enumerate(ops):
                for other in _COMPARED[type(op)]:
                    yield ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
            for rest in _shorter(values):
                yield ast.BoolOp(op, rest) if len(rest) > 1 else rest[0]
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.BinOp(left, op, right) if type(op) in _RECKONED:
            yield ast.BinOp(left, _RECKONED[type(op)](), right)
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.Call(ast.Name(id), args, keywords) if id in _CALLED:
            yield ast.Call(ast.Name(_CALLED[id], ast.Load()), args, keywords)
            yield from args
        case ast.Call(ast.Attribute(value), [], []):
            yield value
        case ast.Attribute(value, name) if name in _METHODS:
            yield ast.Attribute(value, _METHODS[name], ast.Load())
        case ast.Tuple(parts, ast.Load()) | ast.List(parts, ast.Load()):
            yield from (type(node)(rest, ast.Load()) for rest in _shorter(parts))
        case ast.Set(parts):
            yield from (ast.Set(rest) for rest in _shorter(parts))
        case ast.Dict(keys, values):
            rests = zip(_shorter(keys), _shorter(values), strict=True)
            yield from (ast.Dict(*rest) for rest in rests)
        case ast.Slice(lower, upper, step):
            yield from (ast.Slice(None, upper, step), ast.Slice(lower, None, step))
        case ast.comprehension(target, iterated, ifs):
            yield from (ast.comprehension(target, iterated, rest, 0) for rest in _shorter(ifs))
        case ast.If(_, body, orelse):
            yield from (ast.If(ast.Constant(known), body, orelse) for known in (True, False))
        case ast.Return(ast.expr()):
            yield ast.Return(ast.Constant(None))
        case ast.AugAssign(target, op, value):
            yield from (ast.Pass(), ast.Assign([target], value, lineno=0))
        case ast.Expr() | ast.Continue() | ast.Raise():
            yield ast.Pass()
        case ast.Assign([ast.Attribute() | ast.Subscript() | ast.Tuple()]):
            yield ast.Pass()


def _shorter(parts: list[Any]) -> Iterator[list[Any]]:
    """Yield a list without one of its parts, for each."""
    return (parts[:i] + parts[i + 1 :] for i in range(len(parts)))
