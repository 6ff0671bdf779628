"""Prints the linear-algebra library that NumPy uses here, as JSON; in its own process, so that bench.py stays small."""

import json

import numpy  # noqa: F401 - loads the library
from threadpoolctl import threadpool_info

print(json.dumps(", ".join(f"{i['internal_api']} {i['version']} ({i.get('architecture')})" for i in threadpool_info())))
