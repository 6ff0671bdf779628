"""Running a notebook with other parameters: one run, or a sweep of thousands, here or on a cluster.

A sweep goes through the modules in this order: notebook_file (which parameters there are), search_space (the values they are
to take), sweep (all runs), executors (where they are executed), worker (by which process), run (one of them), record (what is
kept of it), storage (the directory that keeps it), progress (what is told meanwhile), summary (what the runs have found),
report (the page that shows it).
"""
