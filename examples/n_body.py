"""Planets around a star, step by step; energy is the check."""

import comparison
import numpy as np

from upshift import jit

BODIES = 40


@jit
def advance(positions, velocities, masses, time_step):
    count = positions.shape[0]
    for i in range(count):
        for j in range(i + 1, count):
            dx = positions[i, 0] - positions[j, 0]
            dy = positions[i, 1] - positions[j, 1]
            dz = positions[i, 2] - positions[j, 2]
            squared = dx * dx + dy * dy + dz * dz + 1e-6
            pull = time_step / squared**1.5
            for axis, distance in ((0, dx), (1, dy), (2, dz)):
                velocities[i, axis] -= distance * masses[j] * pull
                velocities[j, axis] += distance * masses[i] * pull
    for i in range(count):
        for axis in range(3):
            positions[i, axis] += time_step * velocities[i, axis]


@jit
def energy(positions, velocities, masses):
    total = 0.0
    for i in range(positions.shape[0]):
        speed = 0.0
        for axis in range(3):
            speed += velocities[i, axis] ** 2
        total += 0.5 * masses[i] * speed
        for j in range(i + 1, positions.shape[0]):
            squared = 1e-6
            for axis in range(3):
                squared += (positions[i, axis] - positions[j, axis]) ** 2
            total -= masses[i] * masses[j] / squared**0.5
    return total


def bench_args_advance():
    """What `upshift bench` calls it with."""
    return *planets(), 1e-4


def simulate(steps):
    positions, velocities, masses = planets()
    before = energy(positions, velocities, masses)
    for _ in range(steps):
        advance(positions, velocities, masses, 1e-4)
    after = energy(positions, velocities, masses)
    print(f"energy {before:.9e} before, {after:.9e} after {steps} steps")


def planets():
    """A heavy star, and light planets on circles around it."""
    generator = np.random.default_rng(0)
    radius, angle = generator.uniform(1.0, 5.0, BODIES), generator.uniform(0.0, 2.0 * np.pi, BODIES)
    masses = generator.uniform(1e-7, 1e-5, BODIES)
    positions = np.stack([radius * np.cos(angle), radius * np.sin(angle), np.zeros(BODIES)], axis=1)
    velocities = np.stack([-np.sin(angle), np.cos(angle), np.zeros(BODIES)], axis=1) / np.sqrt(radius)[:, None]
    masses[0], positions[0], velocities[0] = 1.0, 0.0, 0.0
    return positions, velocities, masses


if __name__ == "__main__":
    comparison.run(simulate, 3_000, 20, lambda steps: steps, "steps")
