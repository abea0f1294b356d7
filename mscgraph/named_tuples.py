"""Named tuples that take half the time to define: the records of this program.

``NamedTuple`` makes what :class:`typing.NamedTuple` makes, but defines each class once, not twice, and
leaves the types of fields to type checkers. Some forty records are defined before a path question is
answered; the standard library takes about half as long for it as a bare interpreter to start.
"""

from _collections import _tuplegetter  # type: ignore[import-not-found, unused-ignore]
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:

    @cache
    def _of(count: int) -> Any:
        """What makes a tuple of so many values: compiled once, however many records have so many."""
        named = "".join(f"_{place}, " for place in range(count))
        return eval(f"lambda cls, {named}: make(cls, ({named}))")  # noqa: S307

    class _Defining(type):
        """Makes a tuple with named fields of the annotations in the body of a class."""

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:  # NamedTuple itself
                return super().__new__(cls, name, bases, body)
            fields = tuple(body["__annotations__"])
            defaults = {field: body[field] for field in fields if field in body}
            code = _of(len(fields)).__code__.replace(co_varnames=("cls", *fields))
            new = FunctionType(code, {"make": tuple.__new__})
            new.__name__, new.__qualname__ = "__new__", f"{name}.__new__"
            new.__defaults__ = tuple(defaults.values())
            getters = {
                field: _tuplegetter(place, f"Alias for field number {place}")
                for place, field in enumerate(fields)
            }
            body |= {"__slots__": (), "__new__": new, "__match_args__": fields, **getters}
            return type(
                name, (tuple,), _METHODS | body | {"_fields": fields, "_field_defaults": defaults}
            )

    class NamedTuple(metaclass=_Defining):
        """The base of a record: its annotations are its fields, and what they are set to their defaults."""

    def _make(cls: type, values: Any) -> Any:
        made = tuple.__new__(cls, values)
        if len(made) != len(cls._fields):
            raise TypeError(f"Expected {len(cls._fields)} arguments, got {len(made)}")
        return made

    def _replace(self: Any, /, **fields: Any) -> Any:
        made = self._make(map(fields.pop, self._fields, self))
        if fields:
            raise ValueError(f"Got unexpected field names: {list(fields)!r}")
        return made

    def _asdict(self: Any) -> dict[str, Any]:
        return dict(zip(self._fields, self, strict=True))

    def _repr(self: Any) -> str:
        values = ", ".join(f"{name}={value!r}" for name, value in zip(self._fields, self, strict=True))
        return f"{type(self).__name__}({values})"

    def _getnewargs(self: Any) -> tuple[Any, ...]:
        return tuple(self)

    _METHODS = {
        "_make": classmethod(_make),
        "_replace": _replace,
        "_asdict": _asdict,
        "__repr__": _repr,
        "__getnewargs__": _getnewargs,
    }
