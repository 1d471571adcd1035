"""The build backend: maturin, after LLVM's library has been built into the package.

The wheel holds two shared libraries. maturin builds the extension; the LLVM tier is a plain one, which cargo builds here
and which is copied beside the Python files.
"""

import os
import pathlib
import shutil
import subprocess

import maturin
from maturin import get_requires_for_build_sdist, get_requires_for_build_wheel, prepare_metadata_for_build_wheel

__all__ = [
    "build_editable", "build_sdist", "build_wheel", "get_requires_for_build_editable", "get_requires_for_build_sdist",
    "get_requires_for_build_wheel", "prepare_metadata_for_build_editable", "prepare_metadata_for_build_wheel",
]  # fmt: skip

get_requires_for_build_editable = get_requires_for_build_wheel
prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIBRARY = "libupshift_llvm.so"


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    build_llvm_library()
    return maturin.build_wheel(wheel_directory, config_settings, metadata_directory)


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    build_llvm_library()
    return maturin.build_editable(wheel_directory, config_settings, metadata_directory)


def build_sdist(sdist_directory, config_settings=None):
    return maturin.build_sdist(sdist_directory, config_settings)


def build_llvm_library():
    """Builds the LLVM tier and copies it into the package; also `python python/build_backend.py`."""
    subprocess.run(["cargo", "build", "--release", "-p", "upshift-llvm"], cwd=ROOT, check=True)
    target = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    destination = ROOT / "python" / "upshift" / LIBRARY
    # A running process may have the old file mapped: a new one takes its place.
    fresh = destination.with_suffix(".new")
    shutil.copy2(target / "release" / LIBRARY, fresh)
    fresh.replace(destination)


if __name__ == "__main__":
    build_llvm_library()
