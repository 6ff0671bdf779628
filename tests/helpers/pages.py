"""Pages in a browser, and what their sources hold."""

import json
import re
from base64 import b64decode


def cells(source):
    return json.loads(source.read_text("utf-8"))["cells"] if source.suffix == ".ipynb" else []


def outputs(source):
    return [output for cell in cells(source) for output in cell.get("outputs", [])]


def figures(source):
    """Alternative text, width and pixels across of each figure."""
    return [
        (figure["alt"], figure["width"], int.from_bytes(b64decode(output["data"]["image/png"])[16:20]))
        for output in outputs(source)
        if (figure := output.get("metadata", {}).get("image/png"))
    ]


def markdown(source):
    """All Markdown of a source, that of outputs too."""
    texts = ["".join(cell["source"]) for cell in cells(source) if cell["cell_type"] == "markdown"]
    texts += [
        "".join(output["data"]["text/markdown"]) for output in outputs(source) if "text/markdown" in output.get("data", {})
    ]
    return "\n\n".join(texts) if source.suffix == ".ipynb" else source.read_text("utf-8")


def prose(source):
    """Its Markdown without code."""
    return re.sub(r"(?ms)^```.*?^```|(`+).+?\1", "", markdown(source))


def formulas(source):
    return re.findall(r"(?s)\$\$.+?\$\$|\$[^$]+\$", prose(source))


def plain_text(elements):
    """Text of elements of a page without code and formulas."""
    return elements.evaluate_all(
        """elements => elements.map(element => {
            const copy = element.cloneNode(true);
            copy.querySelectorAll("pre, code, mjx-container, script, style").forEach(e => e.remove());
            return copy.textContent;
        }).join("\\n")"""
    )
