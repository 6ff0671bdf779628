"""The course as a static site, made from the notebooks as committed: `make site`."""

import json
from importlib.util import find_spec
from pathlib import Path

from docutils import nodes

project = "MNIST from scratch"
root_doc = "docs/index"
include_patterns = ["docs/*.md", "notebooks/*.ipynb", "notebooks/exercises/*.ipynb"]
exclude_patterns = [".*", "build", "my-course", "runs", "site", "src", "tests"]

extensions = ["myst_nb"]
nb_execution_mode = "off"
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]  # a result that a notebook records, besides its text

html_theme = "furo"
html_title = project
html_favicon = "static/favicon.svg"
html_css_files = ["course.css"]
html_extra_path = ["index.html"]
html_copy_source = False
html_show_copyright = False
html_use_index = False

# Of MathJax, the one file that pages load, and its fonts; its menu would load others.
MATHJAX = Path(find_spec("sphinx-mathjax-offline").origin).parent / "static/mathjax"
html_static_path = ["static", str(MATHJAX / "tex-chtml.js"), str(MATHJAX / "output/chtml/fonts")]
mathjax_path = "tex-chtml.js"
mathjax_config_path = "fonts.js"
mathjax3_config = {"options": {"enableMenu": False}}


def complete(app, doctree):
    """Give each figure the alternative text of its output, and the links that end a notebook a class: paper needs none."""
    path = Path(app.env.doc2path(app.env.docname))
    if path.suffix == ".ipynb":
        outputs = [output for cell in json.loads(path.read_text("utf-8"))["cells"] for output in cell.get("outputs", [])]
        figures = [output["metadata"]["image/png"] for output in outputs if "image/png" in output.get("data", {})]
        for image, figure in zip(doctree.findall(nodes.image), figures, strict=True):
            image["alt"] = figure["alt"]
        for paragraph in doctree.findall(nodes.paragraph):
            if paragraph.astext().startswith(("Previous: ", "Next: ")):
                paragraph["classes"].append("neighbours")


def setup(app):
    """Add to what myst-nb takes from a notebook."""
    app.connect("doctree-read", complete)
