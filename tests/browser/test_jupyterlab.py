"""The course in JupyterLab, as `make lab` opens it: notebooks to read and to run, and exercises."""

import json
import os
import re
import subprocess
import sys
from collections import deque
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin, urlsplit

import pytest
from helpers.pages import cells, figures, formulas, markdown, outputs, plain_text, prose
from playwright.sync_api import expect

from mnist_mlp.course.working_copy import update_working_copy

ROOT = Path(__file__).parent.parent.parent
COURSE = ROOT / "notebooks"
SCREENSHOTS = ROOT / "build/screenshots"
NOTEBOOKS = sorted([*COURSE.glob("*.ipynb"), *COURSE.glob("exercises/*.ipynb")])
SETTINGS = {
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},  # every cell is in the page, however far down
    # A kernel that is shut down while it starts would cancel its request for one, which is an error on the console.
    "@jupyterlab/apputils-extension:kernels-settings": {"commsOverSubshells": "disabled"},
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},  # else JupyterLab asks whether it may
}
PRIVATE = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "MPLCONFIGDIR", "MNIST_MLP_CACHE")
MINUTE = 60_000  # milliseconds


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    update_working_copy(COURSE, folder, "solutions")
    return folder


@pytest.fixture(scope="module")
def server(course, tmp_path_factory):
    """Where a JupyterLab of its own, with no setting of the user, serves the course, and the token that it asks for."""
    private = tmp_path_factory.mktemp("private")
    (private / "labconfig").mkdir()
    (private / "labconfig/default_setting_overrides.json").write_text(json.dumps(SETTINGS))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--port=0", "--expose-app-in-browser"]
    environment = os.environ | dict.fromkeys(PRIVATE, str(private))
    with subprocess.Popen(
        [*command, f"--ServerApp.root_dir={course}"], env=environment, stderr=subprocess.PIPE, text=True
    ) as process:
        log, found = deque(maxlen=100), None
        while not found:
            log.append(process.stderr.readline())
            assert log[-1], "JupyterLab has ended:\n" + "".join(log)
            found = re.search(r"(http://127\S+/)lab\?token=(\w+)", log[-1])
        reader = Thread(target=log.extend, args=(process.stderr,))  # a full pipe would stop JupyterLab
        reader.start()
        yield found.groups()
        process.terminate()
        reader.join()


@pytest.fixture(scope="module")
def lab(new_page, server):
    address, token = server
    page = new_page(address)
    page.set_default_timeout(MINUTE)
    expect.set_options(timeout=MINUTE)
    page.goto(f"{address}lab?token={token}")
    page.wait_for_function("window.jupyterapp")
    page.evaluate("jupyterapp.restored")
    yield page
    page.context.close()


def open_notebook(lab, name):
    """Open a notebook in a tab, and return the tab's content."""
    lab.evaluate(
        """async path => {
            const widget = await jupyterapp.commands.execute("docmanager:open", {path});
            await widget.context.sessionContext.ready;
        }""",
        name,
    )
    return lab.locator(".jp-NotebookPanel:visible")


def keep_image(lab, panel, name):
    """Picture a notebook from top to bottom."""
    height = panel.locator(".jp-WindowedPanel-outer").evaluate("e => e.scrollHeight")
    lab.set_viewport_size({"width": 1280, "height": min(height + 200, 16_000)})  # Chromium paints no more pixels than that
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    panel.screenshot(path=SCREENSHOTS / f"{name}.jpg", type="jpeg", quality=30)
    lab.set_viewport_size({"width": 1280, "height": 1000})


def save(lab):
    lab.evaluate("() => jupyterapp.commands.execute('docmanager:save')")


def close(lab):
    """Close all tabs without a question, and end their kernels."""
    lab.evaluate(
        """async () => {
            for (const widget of [...jupyterapp.shell.widgets("main")]) {
                await widget.context?.sessionContext.shutdown();
                widget.dispose();
            }
        }"""
    )


# Reading.


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.relative_to(COURSE).with_suffix("").as_posix())
def source(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(source, lab):
    """A notebook as it is committed, complete in the page."""
    lab.faults.clear()
    panel = open_notebook(lab, source.relative_to(COURSE).as_posix())
    expect(panel.locator(".jp-Cell")).to_have_count(len(cells(source)))
    expect(panel.locator("mjx-container")).to_have_count(len(formulas(source)))
    keep_image(lab, panel, source.relative_to(COURSE).with_suffix("").as_posix().replace("/", "_"))
    yield panel
    close(lab)


def test_a_notebook_opens_without_an_error_and_asks_no_other_host(notebook, lab):
    lab.wait_for_load_state("networkidle")
    assert lab.faults == []


def test_every_formula_is_typeset(notebook):
    assert notebook.locator("mjx-merror, mjx-container [style*=red]").count() == 0
    assert not re.search(r"\$|\\\(|\\\[|\\begin", plain_text(notebook.locator(".jp-RenderedMarkdown")))


def test_every_formula_is_seen_whole_in_a_small_window(lab, notebook):
    lab.set_viewport_size({"width": 1024, "height": 1000})
    wide = "all => all.filter(e => e.scrollWidth > e.parentElement.clientWidth + 1).map(e => e.textContent)"
    cut = notebook.locator("mjx-container").evaluate_all(wide)
    lab.set_viewport_size({"width": 1280, "height": 1000})
    assert cut == []


def test_every_figure_is_seen_whole(source, notebook):
    shown = notebook.locator(".jp-OutputArea-output img").evaluate_all("all => all.map(e => e.naturalWidth)")
    assert shown == [width for _, _, width in figures(source)]
    edges = notebook.locator("img").evaluate_all("all => all.map(e => [e.naturalWidth, e.getBoundingClientRect().right])")
    assert all(width and right <= 1280 for width, right in edges)


def test_folded_text_is_seen_after_a_click(source, notebook):
    folds = notebook.locator("details")
    assert folds.count() == markdown(source).count("<details")
    for fold in folds.all():
        inside = fold.locator("p:not(summary p), pre").first
        expect(inside).to_be_hidden()
        fold.locator("summary").click()
        expect(inside).to_be_visible()
        fold.locator("summary").click()


def test_every_link_to_a_file_of_the_course_leads_there(source, notebook, course, server):
    links = notebook.locator(".jp-RenderedMarkdown a").evaluate_all("all => all.map(e => e.href)")
    files = server[0] + "files/"
    paths = [urlsplit(link).path.removeprefix("/files/") for link in links if link.startswith(files)]
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", prose(source))
    assert paths == [urljoin(source.relative_to(COURSE).as_posix(), target) for target in linked]
    for path in paths:
        assert (course / path).is_file(), path


def test_a_click_on_next_opens_the_next_notebook(lab):
    open_notebook(lab, "02_initialize.ipynb").get_by_role("link", name="Next: 3 · Activate").click()
    expect(lab.locator(".jp-NotebookPanel:visible h1")).to_contain_text("3 · Activate")
    close(lab)


# Running. A notebook is run without its outputs, so that what is seen afterwards is new.


def write_fresh(course, name, edits):
    """A notebook without outputs in the reader's copy of the course, with some of its code replaced."""
    text = (COURSE / name).read_text("utf-8")
    for old, new in edits.items():
        assert old in text
        text = text.replace(old, new)
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        cell |= {"outputs": [], "execution_count": None} if cell["cell_type"] == "code" else {}
    fresh = Path(name).with_stem(f"my_{Path(name).stem}").as_posix()
    (course / fresh).write_text(json.dumps(notebook), "utf-8")
    return fresh


def open_to_run(lab, name):
    """Open a notebook and wait for its kernel, as a reader would; JupyterLab may lose what it is told before."""
    panel = open_notebook(lab, name)
    expect(lab.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()
    return panel


def restart_and_run_all(lab, panel):
    """Choose it in the menu, and wait for the last cell or the first error."""
    lab.get_by_role("menuitem", name="Kernel", exact=True).click()
    lab.get_by_role("menuitem", name="Restart Kernel and Run All Cells…").click()
    lab.get_by_role("button", name="Confirm Kernel Restart").click()
    ended = panel.locator(".jp-CodeCell").last.locator(".jp-InputArea-prompt", has_text=re.compile(r"\[\d+\]"))
    expect(ended.or_(errors(panel)).first).to_be_visible(timeout=5 * MINUTE)


def errors(panel):
    return panel.locator("[data-mime-type='application/vnd.jupyter.error'], [data-mime-type='application/vnd.jupyter.stderr']")


def asked_elsewhere(lab):
    """Requests to another host. Whatever else JupyterLab says while it restarts a kernel is not the course's."""
    return [fault for fault in lab.faults if re.match(r"https?://(?!127\.0\.0\.1)", fault)]


def texts(path):
    """All that the cells of a notebook have put out in words."""
    data = [output.get("data", {"text/plain": output.get("text")}) for output in outputs(path)]
    return [{kind: "".join(text) for kind, text in of.items() if kind.startswith("text/")} for of in data]


EDITS = {
    "04_forward.ipynb": {},
    "06_back_prop.ipynb": {},
    # A tenth of its training.
    "16_to_99_percent.ipynb": {"epochs=10": "epochs=1", "epochs=15": "epochs=1", "10 * 60_000": "60_000"},
}


@pytest.mark.parametrize("name", EDITS)
def test_restart_and_run_all(lab, course, name):
    fresh = write_fresh(course, name, EDITS[name])
    lab.faults.clear()
    panel = open_to_run(lab, fresh)
    restart_and_run_all(lab, panel)
    assert errors(panel).all_text_contents() == []
    assert asked_elsewhere(lab) == []
    save(lab)
    close(lab)
    assert EDITS[name] or texts(course / fresh) == texts(COURSE / name)


# What the bar shows, one text after another, while its cell is running.
WATCH_THE_BAR = r"""panel => {
    window.bars = [];
    new MutationObserver(() => {
        for (const output of panel.querySelectorAll(".jp-OutputArea-output")) {
            const [bar] = output.textContent.match(/\d+\/20 \[/) || [];
            const prompt = output.closest(".jp-Cell").querySelector(".jp-InputArea-prompt").textContent;
            if (bar && prompt == "[*]:" && bars.at(-1) != bar) bars.push(bar);
        }
    }).observe(panel, {subtree: true, childList: true, characterData: true});
}"""


def test_the_progress_bar_moves_while_the_network_trains_and_leaves_nothing(lab, course):
    fresh = write_fresh(course, "mnist_from_scratch.ipynb", {"epochs: int = 1000": "epochs: int = 20"})
    lab.faults.clear()
    panel = open_to_run(lab, fresh)
    panel.evaluate(WATCH_THE_BAR)
    restart_and_run_all(lab, panel)
    assert errors(panel).all_text_contents() == []
    assert asked_elsewhere(lab) == []
    bars = lab.evaluate("bars")
    assert len(bars) > 2 and bars == sorted(bars, key=lambda bar: int(bar.split("/")[0]))
    save(lab)
    close(lab)
    reopened = open_notebook(lab, fresh)
    expect(reopened.locator("pre", has_text="Test Accuracy: ")).to_be_visible()
    left = " ".join(reopened.locator(".jp-OutputArea-output").all_text_contents())
    assert "Epoch 20, Loss: " in left and not re.search(r"/20 |widget|epochs/s", left)
    close(lab)


# Answers to exercises, and what the reader sees.
STUB = "raise NotImplementedError  # your code here"
ANSWERS = {
    "softmax, untouched": ("03_softmax", STUB, "✗ softmax is not written yet. Put your code in place of the line"),
    "softmax, right": (
        "03_softmax",
        "e = np.exp(z - z.max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True)",
        "✓ softmax is right in the examples tried here: ",
    ),
    "softmax, a known mistake": (
        "03_softmax",
        "return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)",
        "✗ softmax is not right yet. exp overflows when scores are large",
    ),
    "forward, untouched": ("04_forward", STUB, "✗ forward is not written yet. Put your code in place of the line"),
    "forward, right": (
        "04_forward",
        "a = [X]; [a.append(relu(a[-1] @ W + b)) for W, b in layers[:-1]]; "
        "return [*a, softmax(a[-1] @ layers[-1].weights + layers[-1].bias)]",
        "✓ forward is right in the examples tried here: ",
    ),
    "forward, a known mistake": (
        "04_forward",
        "a = [X]; [a.append(relu(a[-1] @ W)) for W, b in layers[:-1]]; return [*a, softmax(a[-1] @ layers[-1].weights)]",
        "✗ forward is not right yet. The bias is missing: z = a W + b.",
    ),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_to_an_exercise_gets_its_feedback(lab, course, case):
    name, answer, feedback = ANSWERS[case]
    panel = open_to_run(lab, write_fresh(course, f"exercises/{name}.ipynb", {STUB: answer}))
    for cell in panel.locator(".jp-CodeCell").all():
        cell.locator(".cm-content").click()
        lab.keyboard.press("Shift+Enter")
        expect(cell.locator(".jp-InputArea-prompt")).to_have_text(re.compile(r"\d"))
    shown = panel.locator(".jp-OutputArea-output", has_text=re.compile("^[✓✗]"))
    assert [" ".join(text.split())[: len(feedback)] for text in shown.all_text_contents()] == [feedback]
    close(lab)


# Drawing.


def draw(lab, pad, strokes, pointer):
    """Draw with a mouse, a pen or a finger ("touch"), and wait for the answer to the last point."""
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    scale = box["width"] / 280
    hand = lab.context.new_cdp_session(lab)
    for stroke in strokes:
        places = [{"x": box["x"] + scale * x, "y": box["y"] + scale * y} for x, y in stroke]
        for step, place in [("Start", places[0]), *(("Move", place) for place in places), ("End", places[-1])]:
            if pointer == "touch":
                hand.send("Input.dispatchTouchEvent", {"type": f"touch{step}", "touchPoints": [place] if step != "End" else []})
            else:
                kind = {"Start": "mousePressed", "Move": "mouseMoved", "End": "mouseReleased"}[step]
                event = {"type": kind, "button": "left", "buttons": int(step != "End"), "clickCount": 1, "pointerType": pointer}
                hand.send("Input.dispatchMouseEvent", event | place)
    hand.detach()
    for _ in range(2):  # the widget keeps the last strokes back until the kernel has answered those before
        lab.evaluate("async () => { await jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestKernelInfo() }")


def test_digits_drawn_on_the_pad_are_read_and_the_keyboard_clears_them(lab, course):
    shorter = {"epochs=10": "epochs=3", "n_digits: int = 1000": "n_digits: int = 20"}
    lab.faults.clear()
    panel = open_to_run(lab, write_fresh(course, "20_draw_a_digit.ipynb", shorter))
    restart_and_run_all(lab, panel)
    pad, clear, bars = (panel.locator(f".digit-pad{part}") for part in ("", "-clear", "-bars"))
    pad.evaluate("e => { window.pointers = []; e.addEventListener('pointerdown', down => pointers.push(down.pointerType)); }")
    digits = []
    for number, strokes in enumerate(json.loads((course / "digits/strokes.json").read_text())[0]):
        clear.press("Enter")
        expect(bars).to_have_attribute("data-prediction", "")
        draw(lab, pad, strokes, ["mouse", "touch", "pen"][number % 3])
        digits.append(bars.get_attribute("data-prediction"))
        article = "an" if digits[-1] == "8" else "a"
        expect(bars.get_by_role("status")).to_have_text(f"This looks like {article} {digits[-1]}.")
    assert set(lab.evaluate("pointers")) == {"mouse", "touch", "pen"}
    assert sum(digit == str(number) for number, digit in enumerate(digits)) >= 9, digits
    assert asked_elsewhere(lab) == []
    close(lab)
