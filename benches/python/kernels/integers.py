"""Integer and bit work."""

import numpy as np
from engine import jit

from .kernel import Kernel


@jit
def popcount(count):
    total = 0
    for i in range(count):
        bits = i
        while bits:
            bits &= bits - 1
            total += 1
    return total


@jit
def xorshift(count):
    state = 88172645463325252
    total = 0
    for _ in range(count):
        state ^= (state & 0x7FFFFFFFFFFF) << 13 & 0x7FFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= (state & 0x3FFFFFFFFFF) << 17
        total ^= state
    return total


@jit
def collatz(count):
    longest = 0
    for start in range(1, count):
        value = start
        steps = 0
        while value != 1:
            if value % 2 == 0:
                value //= 2
            else:
                value = 3 * value + 1
            steps += 1
        if steps > longest:
            longest = steps
    return longest


@jit
def gcd_table(count):
    total = 0
    for i in range(1, count):
        for j in range(1, count):
            a, b = i, j
            while b:
                a, b = b, a % b
            total += a
    return total


@jit
def sieve(count):
    is_prime = np.ones(count, dtype=np.uint8)
    is_prime[0] = 0
    is_prime[1] = 0
    i = 2
    while i * i < count:
        if is_prime[i]:
            for j in range(i * i, count, i):
                is_prime[j] = 0
        i += 1
    total = 0
    for i in range(count):
        if is_prime[i]:
            total += 1
    return total


KERNELS = [
    Kernel("popcount", popcount, lambda size: (size,), 1_000, 200_000),
    Kernel("xorshift", xorshift, lambda size: (size,), 1_000, 1_000_000),
    Kernel("collatz", collatz, lambda size: (size,), 1_000, 20_000),
    Kernel("gcd_table", gcd_table, lambda size: (size,), 40, 300),
    Kernel("sieve", sieve, lambda size: (size,), 1_000, 500_000),
]
