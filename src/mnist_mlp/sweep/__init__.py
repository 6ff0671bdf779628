"""Running the notebooks with other parameters: one run, or a sweep of thousands, here or on a cluster.

A sweep flows through the modules in this order: grids (which runs), run (one of them), directory (what is kept of it),
executors (where it runs), sweep (all of them), summary (what they have found), report (the page that shows it).
"""
