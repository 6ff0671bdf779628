"""Run a notebook with different parameters: one run, or a sweep of thousands, on this machine or on a cluster.

A sweep uses the modules in this order: notebook_file (the notebook's parameters), search_space (their values), sweep (all
runs), executors (where they are executed), worker (a process that executes them), run (a single run), record (its parameters
and outcome), storage (the sweep's directory), progress (a bar or lines), summary (the findings), report (an HTML page).
"""
