def import_module():
    import math

    return math.pi


def import_name():
    from os.path import join as joined
    from math import pi, tau

    return joined, pi + tau


def import_package():
    import os.path
    import os.path as path

    return os, path
