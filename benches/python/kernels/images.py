"""Bytes: images."""

import numpy as np
from engine import jit

from .kernel import Kernel


def _pixels(size):
    return (np.random.default_rng(8).integers(0, 256, (size, size, 3)).astype(np.uint8),)


def _gray(size):
    return (np.random.default_rng(9).integers(0, 256, (size, size)).astype(np.uint8),)


@jit
def grayscale(pixels):
    rows, columns, _ = pixels.shape
    result = np.empty((rows, columns), dtype=np.uint8)
    for i in range(rows):
        for j in range(columns):
            red = int(pixels[i, j, 0])
            green = int(pixels[i, j, 1])
            blue = int(pixels[i, j, 2])
            result[i, j] = (red * 77 + green * 150 + blue * 29) >> 8
    return result


@jit
def threshold(image, limit):
    rows, columns = image.shape
    result = np.zeros((rows, columns), dtype=np.uint8)
    for i in range(rows):
        for j in range(columns):
            if image[i, j] > limit:
                result[i, j] = 255
    return result


@jit
def histogram(image):
    counts = np.zeros(256, dtype=np.int64)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            counts[image[i, j]] += 1
    return counts


KERNELS = [
    Kernel("grayscale", grayscale, _pixels, 16, 400),
    Kernel("threshold", threshold, lambda size: (*_gray(size), 128), 16, 400),
    Kernel("histogram", histogram, _gray, 16, 400),
]
