"""nbgrader's settings, for this folder's notebooks and for a teacher's course."""

c = get_config()  # noqa: F821

# What students find in place of a solution.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}

# Seconds for a cell of a submission: the slowest solution needs less than two.
c.Execute.timeout = 10

# Submissions change files in their own folder only; see the module for what this does not keep them from.
c.Execute.extra_arguments = [
    "--IPKernelApp.exec_lines=from mnist_mlp.course.exercises.fence import put_up_fence; put_up_fence()",
]
