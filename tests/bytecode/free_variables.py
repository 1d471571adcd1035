def make(scale, np):
    def scaled(a):
        return np.sin(a) * scale

    def recursive(n):
        return recursive(n - 1) if n else scale

    return scaled, recursive
