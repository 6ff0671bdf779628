"""Running the notebooks with other parameters: one run, or a sweep of thousands, here or on a cluster.

A sweep flows through the modules in this order: grids (which runs), record (one of them, as asked for and as kept), run (it
is executed), process (by a warm process), executors (of this machine or of a cluster), directory (where all is kept), sweep
(all runs), progress (what is told meanwhile), summary (what they have found), report (the page that shows it).
"""
