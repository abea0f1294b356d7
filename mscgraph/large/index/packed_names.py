"""Many names in two arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Array", "Names"]

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


class Names:
    """Many strings in two arrays: UTF-8 one after the other, and where each begins."""

    __slots__ = ("_begins", "_bytes", "starts", "text")

    def __init__(self, text: Array, starts: Array) -> None:
        self.text, self.starts = text, starts
        # one number of a memory view costs a tenth of one of an array
        self._bytes, self._begins = text.data, starts.data

    @classmethod
    def of(cls, names: Sequence[str]) -> Names:
        """Pack strings."""
        encoded = [name.encode("utf-8", "surrogatepass") for name in names]
        starts = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=starts[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def raw(self, number: int) -> bytes:
        """One name as UTF-8, whose order is that of the strings."""
        begins = self._begins
        return self._bytes[begins[number] : begins[number + 1]].tobytes()

    def __getitem__(self, number: int) -> str:
        return self.raw(number).decode("utf-8", "surrogatepass")

    def several(self, numbers: Array) -> list[str]:
        """Names by number."""
        text, begins, ends = (
            self._bytes,
            self.starts[numbers].tolist(),
            self.starts[numbers + 1].tolist(),
        )
        return [
            str(text[begin:end], "utf-8", "surrogatepass")
            for begin, end in zip(begins, ends, strict=True)
        ]

    def find(self, name: str) -> int:
        """The number of a name among names in order, or −1."""
        wanted = name.encode("utf-8", "surrogatepass")
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.raw(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        return low if low < len(self) and self.raw(low) == wanted else -1

    def take(self, order: Array) -> Names:
        """The same names in another order."""
        lengths = np.diff(self.starts)[order]
        starts = np.zeros(len(order) + 1, np.int64)
        np.cumsum(lengths, out=starts[1:])
        places = np.repeat(self.starts[:-1][order] - starts[:-1], lengths) + np.arange(starts[-1])
        return Names(self.text[places], starts)
