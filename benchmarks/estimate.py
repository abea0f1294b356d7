"""How many rows mining makes, reckoned from degrees alone, for graphs that nobody has measured.

An edge is taken to lead to an entity in proportion to how many enter it, and to leave one in proportion to
how many leave it, whatever it is otherwise (the configuration model). With E edges, κ = ⟨in·out⟩ / ⟨out⟩,
F edges that leave the sources and L that enter the targets, there are then F·L·κ^(h−1)/E walks of h > 1
steps between the lists: moments suffice. Of the joins before the last, the plan of
``mscgraph.large.mining.plan`` makes
only rows that can still become such a walk; that share is added up over the
entities, since what is reached first are hubs. What the bound of a pair then drops is not foreseen: rows
are those that an engine has to look at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Degrees", "generated_degrees", "reckoned_rows"]


class Degrees(NamedTuple):
    """Entities by how many walkable edges leave and enter each; ``count`` of them are alike.

    ``through`` is the share of edges that more steps may follow: a read-out ends a path.
    """

    count: np.ndarray
    out: np.ndarray
    into: np.ndarray
    through: float = 1.0

    @property
    def edges(self) -> float:
        """How many edges there are."""
        return float(self.count @ self.out)

    @property
    def onward(self) -> float:
        """κ: how many edges follow an edge, in the mean."""
        return self.through * float(self.count @ (self.out * self.into)) / self.edges

    def drawn(self, length: int, weight: np.ndarray) -> np.ndarray:
        """How many of each class a list of that length holds, drawn by weight and without repeats."""
        low, high = -60.0, 60.0  # the logarithm of how often an entity of weight 1 is drawn
        for _ in range(100):
            middle = (low + high) / 2
            picked = self.count * -np.expm1(-np.exp(middle) * weight)
            low, high = (middle, high) if picked.sum() < length else (low, middle)
        return picked


def reckoned_rows(
    degrees: Degrees, sources: np.ndarray, targets: np.ndarray, steps: int, *, cap: int = 0
) -> dict[str, float]:
    """Rows of each part of the plan for three or four steps; walks are counted before any bound.

    ``sources`` and ``targets`` tell how many of each class of entities the lists hold. A cap is applied to
    what is ``near``, and then holds whatever the graph: h steps from one entity are at most cap^h walks.

    ``sent edges`` and ``sent rows`` are what Spark sends from task to task: every level and ``near`` send
    all edges, with their ends only, and once more those that the level before has reached; the windows and
    joins that follow send what is near six times over, and what they make.
    """
    steps_ahead, ahead = _reached(degrees, sources, degrees.into, degrees.out, steps)
    steps_behind, behind = _reached(degrees, targets, degrees.out, degrees.into, steps)
    edges, onward, through = degrees.edges, degrees.onward, degrees.through
    leaving, entering = float(sources @ degrees.out), float(targets @ degrees.into)
    here, there = float(sources.sum()), float(targets.sum())
    rows = {
        "near": edges * float(np.diff(ahead, prepend=0.0) @ behind[::-1]),
        "first": leaving * behind[-1],
        "last": entering * ahead[-1],
        # two steps on from the sources, as far as the targets are one (three steps) or two (four) away
        "front": leaving * through * onward * behind[steps - 2],
    }
    most = {"first": here * cap, "last": there * cap, "front": here * cap**2}
    for step in (2, 3):
        rows[f"walks of {step}"] = leaving * entering * onward ** (step - 1) / edges
        most[f"walks of {step}"] = min(here, there) * cap**step
    again = steps_ahead[1] + steps_behind[1]
    if steps > 3:
        again = steps_ahead[1] + steps_ahead[2] + steps_behind[2]
        rows["back"] = entering * onward * ahead[2]
        most["back"] = there * cap**2
        # halves meet by source, entity in the middle and target, whatever number of walks that stands for
        meets = here * -np.expm1(-leaving * through * onward / here / edges * degrees.into)
        goes = there * -np.expm1(-entering * onward / there / edges * degrees.out)
        rows["meeting"] = float(degrees.count @ (meets * goes))
        most["meeting"] = here * there * cap**2
    if cap:
        rows = {name: min(count, most.get(name, count)) for name, count in rows.items()}
    rows["sent edges"] = edges * (2 * steps - 1 + again + ahead[-1])
    rows["sent rows"] = 6 * rows["near"] + (
        rows["front"] if steps == 3 else 3 * (rows["front"] + rows["back"])
    )
    return rows


def _reached(
    degrees: Degrees, begun: np.ndarray, near: np.ndarray, far: np.ndarray, steps: int
) -> tuple[list[float], np.ndarray]:
    """Which shares of all edges go on after just 0, 1, … steps, and after at most so many."""
    shares = [float(begun @ far) / degrees.edges]
    for _ in range(1, steps):
        hit = -np.expm1(-shares[-1] * degrees.through * near)
        shares.append(float(degrees.count @ (far * hit)) / degrees.edges)
    return shares, 1 - np.cumprod(1 - np.array(shares))


def generated_degrees(edges: int) -> Degrees:
    """What ``benchmarks.paths.graph`` draws, as expected, for sizes that are too large to draw.

    Entities of like rank are taken together, a hundred classes for each power of ten.
    """
    nodes = max(edges // 10, 10)
    bounds = np.unique(np.geomspace(1, nodes, 100 * len(str(nodes))).astype(np.int64)) - 1
    bounds[-1] = nodes
    # the weights are (rank + 3)^-0.75: their sum over a class is that of its integral
    summed = 4 * ((bounds + 2.5) ** 0.25)
    count, weight = np.diff(bounds), np.diff(summed)
    mean = edges * weight / weight.sum() / count
    return Degrees(count.astype(float), mean, mean, through=0.95)
