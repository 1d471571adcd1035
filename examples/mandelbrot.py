"""The Mandelbrot set as a picture: examples/output/mandelbrot.png.

Row by row: after the first rows LLVM's code takes over, while the picture is being drawn.
"""

import pathlib

import comparison
import numpy as np
from PIL import Image

from upshift import jit

MOST_STEPS = 300


@jit
def escape_time(real, imag, most_steps):
    x = 0.0
    y = 0.0
    for step in range(most_steps):
        x_squared = x * x
        y_squared = y * y
        if x_squared + y_squared > 4.0:
            return step
        y = 2.0 * x * y + imag
        x = x_squared - y_squared + real
    return most_steps


@jit
def draw_row(counts, row, most_steps):
    size = counts.shape[0]
    imag = 1.25 - 2.5 * row / size
    for column in range(size):
        counts[row, column] = escape_time(2.5 * column / size - 2.0, imag, most_steps)


def bench_args_draw_row(size=100):
    """What `upshift bench` calls it with: a row through the middle."""
    return np.zeros((size, size), dtype=np.int64), size // 2, MOST_STEPS


def draw(size):
    counts = np.zeros((size, size), dtype=np.int64)
    for row in range(size):
        draw_row(counts, row, MOST_STEPS)
    save(counts)


def save(counts):
    shades = np.log1p(counts) / np.log1p(MOST_STEPS)
    inside = counts == MOST_STEPS
    colours = np.stack([np.where(inside, 0.0, shades**power) for power in (2.0, 1.0, 0.4)], axis=-1)
    folder = pathlib.Path(__file__).parent / "output"
    folder.mkdir(exist_ok=True)
    Image.fromarray((colours * 255).astype(np.uint8)).save(folder / "mandelbrot.png")
    print(f"wrote {folder / 'mandelbrot.png'}")


if __name__ == "__main__":
    comparison.run(draw, 1000, 100, lambda size: size * size, "pixels")
