"""What mining is reckoned to make, held against graphs whose walks can be counted."""

import numpy as np
import pytest

from benchmarks.estimate import Degrees, generated_degrees, reckoned_rows
from benchmarks.paths import graph


def degrees_of(walks: np.ndarray, through: float = 1.0) -> Degrees:
    """The degrees of a graph, given how many edges lead from each entity to each."""
    out, into = walks.sum(1).astype(float), walks.sum(0).astype(float)
    return Degrees(np.ones(len(out)), out, into, through)


@pytest.fixture
def edges() -> np.ndarray:
    drawn = np.random.default_rng(3).poisson(0.6, (40, 40))
    np.fill_diagonal(drawn, 0)
    return drawn


@pytest.mark.parametrize("steps", [3, 4])
def test_between_all_entities_two_steps_are_reckoned_exactly(edges: np.ndarray, steps: int) -> None:
    everything = np.ones(len(edges))
    rows = reckoned_rows(degrees_of(edges), everything, everything, steps)
    two = (edges @ edges).sum()
    assert rows["near"] == pytest.approx(edges.sum())
    assert rows["first"] == rows["last"] == pytest.approx(edges.sum())
    assert rows["walks of 2"] == pytest.approx(two)
    assert rows["front"] == pytest.approx(two)
    assert rows.get("back", two) == pytest.approx(two)


def test_a_read_out_is_reckoned_as_a_last_step_only(edges: np.ndarray) -> None:
    everything = np.ones(len(edges))
    # every edge stands there twice, once as a read-out
    rows = reckoned_rows(degrees_of(2 * edges, through=0.5), everything, everything, 3)
    assert rows["walks of 2"] == pytest.approx((edges @ (2 * edges)).sum())
    assert rows["front"] == pytest.approx((edges @ edges).sum())


@pytest.mark.parametrize("steps", [2, 3])
def test_where_entities_are_alike_the_walks_of_lists_are_those_of_the_mean(steps: int) -> None:
    ring = sum(np.roll(np.eye(30, dtype=int), shift, axis=1) for shift in (1, 2, 5))
    degrees = degrees_of(ring)
    lists = degrees.drawn(4, degrees.out), degrees.drawn(6, degrees.into)
    rows = reckoned_rows(degrees, *lists, 3)
    mean = np.linalg.matrix_power(ring, steps).mean()
    assert rows[f"walks of {steps}"] == pytest.approx(4 * 6 * mean)


def test_drawn_by_degree_nobody_is_drawn_twice() -> None:
    degrees = Degrees(np.array([1.0, 1000.0]), np.array([1e6, 1.0]), np.ones(2))
    picked = degrees.drawn(10, degrees.out)
    assert picked.sum() == pytest.approx(10)
    assert picked[0] == pytest.approx(1)


@pytest.mark.parametrize("steps", [3, 4])
def test_a_cap_bounds_what_it_is_applied_to(edges: np.ndarray, steps: int) -> None:
    degrees = degrees_of(edges)
    few = degrees.drawn(2, degrees.out), degrees.drawn(3, degrees.into)
    free = reckoned_rows(degrees, *few, steps)
    capped = reckoned_rows(degrees, *few, steps, cap=2)
    assert capped["near"] == free["near"]
    assert capped["front"] == pytest.approx(2 * 2**2)
    assert capped["walks of 3"] == pytest.approx(2 * 2**3)
    assert all(capped[name] <= free[name] for name in free)
    assert reckoned_rows(degrees, *few, steps, cap=10_000) == free


def test_the_expected_degrees_are_those_of_the_generated_graph() -> None:
    drawn = graph(100_000)
    expected = generated_degrees(100_000)
    out, into = (np.bincount(ends, minlength=10_000) for ends in (drawn.source, drawn.target))
    assert expected.count.sum() == len(drawn.nodes)
    assert expected.edges == pytest.approx(100_000)
    assert expected.onward / expected.through == pytest.approx((out @ into) / 100_000, rel=0.05)
