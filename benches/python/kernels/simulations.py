"""Small simulations, as people write them."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _bodies(steps):
    generator = np.random.default_rng(13)
    return generator.random((5, 3)) * 10.0, generator.random((5, 3)), generator.random(5), steps


@jit
def n_body(positions, velocities, masses, steps):
    positions = positions.copy()
    velocities = velocities.copy()
    count = positions.shape[0]
    for _ in range(steps):
        for i in range(count):
            for j in range(i + 1, count):
                dx = positions[i, 0] - positions[j, 0]
                dy = positions[i, 1] - positions[j, 1]
                dz = positions[i, 2] - positions[j, 2]
                squared = dx * dx + dy * dy + dz * dz
                magnitude = 0.001 / (squared * squared**0.5)
                velocities[i, 0] -= dx * masses[j] * magnitude
                velocities[i, 1] -= dy * masses[j] * magnitude
                velocities[i, 2] -= dz * masses[j] * magnitude
                velocities[j, 0] += dx * masses[i] * magnitude
                velocities[j, 1] += dy * masses[i] * magnitude
                velocities[j, 2] += dz * masses[i] * magnitude
        for i in range(count):
            positions[i, 0] += 0.001 * velocities[i, 0]
            positions[i, 1] += 0.001 * velocities[i, 1]
            positions[i, 2] += 0.001 * velocities[i, 2]
    return positions


@jit
def random_walk(count):
    state = 42
    place = 0
    furthest = 0
    for _ in range(count):
        state = (state * 6364136223846793 + 1442695040888963) & 0x7FFFFFFF
        place += 1 if state & 65536 else -1
        furthest = max(furthest, abs(place))
    return furthest


@jit
def life(board, generations):
    rows, columns = board.shape
    board = board.copy()
    for _ in range(generations):
        following = np.zeros((rows, columns), dtype=np.uint8)
        for i in range(rows):
            for j in range(columns):
                neighbours = 0
                for di in range(-1, 2):
                    for dj in range(-1, 2):
                        neighbours += board[(i + di) % rows, (j + dj) % columns]
                neighbours -= board[i, j]
                if neighbours == 3 or (neighbours == 2 and board[i, j] == 1):
                    following[i, j] = 1
        board = following
    return board


def _board(size):
    return np.random.default_rng(14).integers(0, 2, (size, size)).astype(np.uint8), 3


KERNELS = [
    Kernel("n_body", n_body, _bodies, 10, 5_000),
    Kernel("random_walk", random_walk, lambda size: (size,), 1_000, 1_000_000),
    Kernel("life", life, _board, 12, 100),
]
