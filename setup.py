"""The compiled kernel; everything else about the package stands in pyproject.toml.

Without a C compiler (or Python's headers) it is left out, and numpy does the same work.
"""

import os
from pathlib import Path

from setuptools import Extension, setup

NATIVE = Path("detector/native")

setup(
    ext_modules=[
        Extension(
            "detector._kernel",
            sources=sorted(map(str, NATIVE.glob("*.c"))),
            depends=sorted(map(str, NATIVE.glob("*.h"))),
            # No option that ties the result to one processor: it chooses when it runs.
            extra_compile_args=["-std=c11", "-O3", "-g0"],
            libraries=[] if os.name == "nt" else ["m"],
            py_limited_api=True,
            optional=True,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}},  # for 3.11 and everything later
)
