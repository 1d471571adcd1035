"""How many miles does a car go on a gallon? Linear regression by gradient descent, over more and more features.

The data are the 392 complete cars of `vega_datasets`; the features are the products of displacement, power, weight
and acceleration up to a degree: 4, 14, 34 and 69 of them. The exact solution is the check.
"""

import importlib.util
import itertools
import json
import pathlib

import comparison
import numpy as np

from upshift import jit

COLUMNS = ("Displacement", "Horsepower", "Weight_in_lbs", "Acceleration")


@jit
def descend(features, target, weights, rate, steps):
    rows, columns = features.shape
    gradient = np.zeros(columns)
    loss = 0.0
    for _ in range(steps):
        for column in range(columns):
            gradient[column] = 0.0
        loss = 0.0
        for row in range(rows):
            error = -target[row]
            for column in range(columns):
                error += features[row, column] * weights[column]
            loss += error * error
            for column in range(columns):
                gradient[column] += error * features[row, column]
        for column in range(columns):
            weights[column] -= rate * gradient[column] / rows
    return loss / rows


def load():
    """Columns of the file inside the package; the package itself would import pandas."""
    found = importlib.util.find_spec("vega_datasets")
    path = pathlib.Path(found.submodule_search_locations[0]) / "_data" / "cars.json"
    cars = json.loads(path.read_text())
    wanted = (*COLUMNS, "Miles_per_Gallon")
    table = np.array([[car[name] for name in wanted] for car in cars if None not in map(car.get, wanted)], float)
    return table[:, :-1], table[:, -1]


def polynomial(columns, degree):
    """Standardized products of up to `degree` columns, and the constant."""
    columns = (columns - columns.mean(axis=0)) / columns.std(axis=0)
    chosen = [
        columns[:, list(group)].prod(axis=1)
        for power in range(1, degree + 1)
        for group in itertools.combinations_with_replacement(range(columns.shape[1]), power)
    ]
    features = np.stack(chosen, axis=1)
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    return np.ascontiguousarray(np.concatenate([np.ones((len(features), 1)), features], axis=1))


def bench_args():
    """What `upshift bench` calls it with: a step of descent with the features as they are."""
    columns, target = load()
    features = polynomial(columns, 1)
    return features, target, np.zeros(features.shape[1]), 0.1, 1


def fit(steps):
    columns, target = load()
    for degree in range(1, 5):
        features = polynomial(columns, degree)
        exact = np.linalg.lstsq(features, target, rcond=None)[0]
        least = np.mean((features @ exact - target) ** 2)
        rate = 1.0 / np.linalg.eigvalsh(features.T @ features / len(target))[-1]
        weights = np.zeros(features.shape[1])
        loss = 0.0
        # In rounds, so that LLVM's code can take over between them.
        for _ in range(20):
            loss = descend(features, target, weights, rate, max(1, steps // 20))
        print(f"{features.shape[1] - 1:3} features: mean squared error {loss:.3f}, of {least:.3f} at best")


if __name__ == "__main__":
    comparison.run(fit, 20_000, 20, lambda steps: steps, "steps of descent for each degree")
