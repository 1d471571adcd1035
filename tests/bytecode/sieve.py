def sieve(is_prime):
    n = len(is_prime)
    is_prime[:2] = False
    i = 2
    while i * i < n:
        if is_prime[i]:
            for multiple in range(i * i, n, i):
                is_prime[multiple] = False
        i += 1
    return is_prime.sum()
