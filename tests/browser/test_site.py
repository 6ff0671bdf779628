"""The site that `make site` has made, in a browser: complete, linked, searchable, readable, and asking no other host."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from helpers.pages import cells, figures, formulas, markdown, outputs, plain_text, prose

ROOT = Path(__file__).parent.parent.parent
SITE = ROOT / "site"
# The order of the course: the whole notebook ends its first part.
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"), key=lambda path: path.stem.replace("mnist_from_scratch", "13_z"))
TEXTS = sorted((ROOT / "docs").glob("*.md"), key=lambda path: (path.stem != "index", path.stem))
EXERCISES = sorted((ROOT / "notebooks/exercises").glob("*.ipynb"))
SOURCES = [*TEXTS[:1], *NOTEBOOKS, *EXERCISES, *TEXTS[1:]]
THEME_LINKS = {"https://www.sphinx-doc.org", "https://pradyunsg.me", "https://github.com/pradyunsg/furo"}


def page_of(source):
    return source.relative_to(ROOT).with_suffix(".html").as_posix()


def luminance(color):
    """Relative luminance as WCAG defines it, of a color as CSS prints it."""
    channels = [int(value) / 255 for value in re.findall(r"\d+", color)[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.fixture(scope="module", params=SOURCES, ids=page_of)
def source(request):
    return request.param


@pytest.fixture(scope="module")
def page(source, visit):
    page = visit(page_of(source))
    yield page
    page.context.close()


def test_the_page_loads_without_an_error_and_asks_no_other_host(page):
    assert page.faults == []


def test_code_and_printed_output_are_those_of_the_notebook(source, page):
    code = [cell for cell in cells(source) if cell["cell_type"] == "code"]
    printed = ["".join(output["text"]) for output in outputs(source) if output["output_type"] == "stream"]
    shown = page.locator(".cell_input pre")
    assert shown.all_text_contents() == ["".join(cell["source"]) + "\n" for cell in code]
    assert [text.rstrip() for text in page.locator(".cell_output .stream pre").all_text_contents()] == [
        text.rstrip() for text in printed
    ]
    fonts = shown.evaluate_all("all => [...new Set(all.map(e => getComputedStyle(e).fontFamily))]")
    assert all(font.endswith("monospace") for font in fonts)


def test_sources_that_markdown_quotes_are_highlighted(source, page):
    quoted = re.findall(r"(?ms)^```python\n(.+?)^```$", markdown(source))
    shown = page.locator(":not(.cell_input) > .highlight-python")
    assert sorted(shown.locator("pre").all_text_contents()) == sorted(quoted)
    assert shown.evaluate_all("all => all.filter(e => !e.querySelector('pre span[class]')).length") == 0


def test_every_formula_is_typeset(source, page):
    assert page.locator("article mjx-container").count() == len(formulas(source))
    assert page.locator("mjx-merror, mjx-container [style*=red]").count() == 0
    assert not re.search(r"\$|\\\(|\\\[|\\begin", plain_text(page.locator("article")))


def test_every_figure_has_its_size_and_alternative_text(source, page):
    shown = page.locator(".cell_output img").evaluate_all("all => all.map(e => [e.alt, e.width, e.naturalWidth])")
    assert [tuple(figure) for figure in shown] == figures(source)
    assert page.locator("article img").evaluate_all("all => all.filter(e => !e.alt || !e.naturalWidth).length") == 0


def test_every_table_is_there(source, page):
    tables = sum("<table" in "".join(output.get("data", {}).get("text/html", "")) for output in outputs(source))
    tables += len(re.findall(r"(?m)^\|(?:[ :-]+\|)+$", prose(source)))
    assert page.locator("article table").count() == tables


def test_answers_are_folded_and_unfold(source, page):
    folds = page.locator("article details")
    assert folds.count() == markdown(source).count("<details")
    for fold in folds.all():
        inside = fold.locator("p:not(summary p), pre").first
        assert not inside.is_visible()
        fold.locator("summary").click()
        assert inside.is_visible()
        fold.locator("summary").click()


def test_every_link_leads_somewhere(source, page, address):
    links = page.locator("a[href]").evaluate_all("all => all.map(e => e.href)")
    own_links = {link.rstrip("/") for link in re.findall(r"https?://[^\s)>\"]+", markdown(source))}
    outside = {link for link in links if not link.startswith(address)}
    assert {link.rstrip("/") for link in outside} <= THEME_LINKS | own_links
    for link in set(links) - outside:
        target, fragment = urldefrag(link.removeprefix(address))
        file = SITE / unquote(target)
        assert file.is_file(), link
        assert file.suffix != ".ipynb", link
        assert not fragment or f'id="{fragment}"' in file.read_text("utf-8"), link
    for target in re.findall(r"\]\(([\w./]+\.ipynb)\)", prose(source)):
        assert address + page_of((source.parent / target).resolve()) in {urldefrag(link).url for link in links}


def test_previous_and_next_follow_the_order_of_the_course(source, page, address):
    index = SOURCES.index(source)
    for rel, neighbour in [("prev", SOURCES[:index][-1:]), ("next", SOURCES[index + 1 :][:1])]:
        expected = [address + page_of(path) for path in neighbour]
        assert page.locator(f"link[rel={rel}]").evaluate_all("all => all.map(e => e.href)") == expected
        assert page.locator(f".related-pages .{rel}-page").evaluate_all("all => all.map(e => e.href)") == expected


def test_on_paper_nothing_is_cut_or_folded_and_the_navigation_is_gone(page):
    page.set_viewport_size({"width": 680, "height": 1000})
    page.emulate_media(media="print", color_scheme="dark")
    assert not any(element.is_visible() for element in page.locator("aside, .related-pages, .mobile-header, footer").all())
    assert not any(link.is_visible() for link in page.get_by_role("link", name=re.compile("^(Previous|Next): ")).all())
    hidden = page.locator("article p").evaluate_all("all => all.filter(e => !e.checkVisibility()).map(e => e.textContent)")
    assert all(text.startswith(("Previous: ", "Next: ")) for text in hidden)
    blocks = page.locator("article :is(pre, pre span, table, img, mjx-container)")
    assert blocks.evaluate_all("all => Math.max(...all.map(e => e.getBoundingClientRect().right))") <= 680
    heights = page.locator("details").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect().height - e.querySelector('summary').getBoundingClientRect().height)"
    )
    assert all(height > 10 for height in heights)
    colors = page.locator("body, .cell_input, .highlight").evaluate_all(
        "all => all.map(e => getComputedStyle(e).backgroundColor)"
    )
    assert min(map(luminance, colors)) > 0.8


def test_a_small_screen_is_enough(page):
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") == 400
    assert page.locator(".content").evaluate("content => content.scrollWidth") <= 400


def test_the_site_opens_at_its_start_page(visit, address):
    page = visit("")
    page.wait_for_url(address + page_of(SOURCES[0]))
    names = page.locator(".sidebar-tree a").evaluate_all("all => all.map(e => e.href)")
    assert names == [address + page_of(path) for path in SOURCES[1:]]
    assert page.faults == []


@pytest.mark.parametrize("term", ["Nesterov", "update_params_nag", "lookahead"])
def test_search_finds_a_word_of_the_text_and_of_the_code(visit, address, term):
    page = visit(page_of(NOTEBOOKS[0]))
    page.locator("input[name=q]").fill(term)
    page.locator("input[name=q]").press("Enter")
    result = page.locator("ul.search a", has_text="7 · Update the weights")
    result.wait_for()
    result.click()
    page.wait_for_url(f"{address}notebooks/07_update_params_nag.html*")
    page.locator("article .highlighted >> visible=true").first.wait_for()
    assert page.faults == []


def test_search_says_when_nothing_is_found(visit):
    page = visit("search.html?q=zeppelin")
    page.get_by_text("did not match any documents").wait_for()
    assert page.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark_are_readable_and_can_be_chosen(visit, scheme):
    page = visit("notebooks/07_update_params_nag.html", color_scheme=scheme)

    def check(scheme):
        background = luminance(page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor"))
        assert (background > 0.5) == (scheme == "light")
        for selector in [
            "article p",
            "mjx-container",
            ".dataframe td",
            ".cell_input pre",
            ".cell_output pre",
            ".cell_input .k",
        ]:
            text, behind = page.locator(selector).first.evaluate(
                """element => {
                    let behind = element;
                    while (/, 0\\)|transparent/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
                    return [getComputedStyle(element).color, getComputedStyle(behind).backgroundColor];
                }"""
            )
            low, high = sorted([luminance(text), luminance(behind)])
            assert (high + 0.05) / (low + 0.05) >= 4.5, selector

    check(scheme)
    other = {"light": "dark", "dark": "light"}[scheme]
    while page.locator("body").get_attribute("data-theme") != other:
        page.locator(".theme-toggle:visible").first.click()
    check(other)
    assert page.faults == []
