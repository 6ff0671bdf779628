"""nbgrader's settings, for `make exercises` and for a teacher's course.

Hand out and grade, in any folder, in an activated environment with `pip install "mnist-mlp[teach]"`:

    mkdir -p source/week6
    cp .../notebooks/solutions/06_back_prop.ipynb source/week6
    cp .../notebooks/solutions/nbgrader_config.py .
    nbgrader generate_assignment week6
    # hand out release/week6, collect downloaded/week6/archive/STUDENT_06_back_prop.ipynb
    nbgrader zip_collect week6
    nbgrader autograde week6
    nbgrader export

Then grades.csv holds the points, and autograded/ what each submission printed. The solutions are public: to keep the hidden
tests hidden, change their seeds and sizes first.
"""

c = get_config()  # noqa: F821

# What students find in place of a solution.
c.ClearSolutions.code_stub = {"python": "raise NotImplementedError  # your code here"}

# What students hand in: their name before that of the exercise, which begins with a number.
c.FileNameCollectorPlugin.named_regexp = r".*[/\\](?P<student_id>[^/\\]+)_(?P<file_id>\d+b?_\w+\.ipynb)"

# Seconds for a cell of a submission: the slowest solution needs less than two.
c.Execute.timeout = 10

# Submissions change files in their own folder only; see the module for what this does not keep them from.
c.Execute.extra_arguments = [
    "--IPKernelApp.exec_lines=from mnist_mlp.course.exercises.fence import put_up_fence; put_up_fence()",
]
