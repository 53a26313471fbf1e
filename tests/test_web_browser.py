"""The pages in a real browser: accessible, by keyboard, narrow, enlarged, printed, scriptless.

It runs wherever a Chromium is found (`apt-get install chromium`); .ci/run installs one.
"""

import os
import shutil
from collections.abc import Iterator
from typing import Any, Final

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser")
WIDTHS: Final = (1280, 640, 375, 320)
"""640 is a window of 1280 px at 200 %, 320 one at 400 % (WCAG 2.2, 1.4.4 and 1.4.10)."""
RULES: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
PAGES: Final = (
    "/",
    "/page/project/circhubs",
    "/page/project/vahahiilinen-liikkuminen-liikennehubeissa?lang=sv",
    "/page/place/oulu",
    "/page/organisation/oulun-kaupunki?lang=fi",
    "/page/fund/erdf",
    "/page/call/esf-2017-02",
    "/page/person/jari-jokisalo",
    "/page/def/focus/open-data-and-interfaces",
    "/page/programme/6aika",
    "/page/source/ouka-6aika",
    "/page/subproject/avoimet-innovaatioalustat-oulu?lang=sv",
    "/page/dataset/sixaika",
    "/page/place/oulu?property=rdf:type",
    "/page/place/nowhere",
    "/page/project?place=oulu&fund=erdf",
    "/why?subject=project:circhubs&property=schema:endDate",
    "/graph/ouka-6aika",
    "/queries/",
    "/queries/projects-per-city",
    "/sparql",
    "/sparql?query=SELECT%20*%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20LIMIT%205",
    "/sparql?query=SELECT%20*%20%7B",
    "/search?q=oulu",
    "/catalog",
    "/quality",
    "/page/about/people",
    "/page/about/api",
    "/problems/",
    "/problems/not-found",
    "/ont",
    "/shapes",
)
"""One of every kind of page."""
OVERFLOW: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the Chromium of this machine."""
    if CHROMIUM is None:
        pytest.skip("NO CHROMIUM FOUND: THE BROWSER SUITE DID NOT RUN. apt-get install chromium")
    # Chromium has no sandbox for root, as who a container usually is.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, server: str) -> Iterator[Page]:
    """Open an empty page that speaks English and has the site as its base."""
    context = browser.new_context(base_url=server, locale="en-GB")
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def measured(browser: Browser, server: str) -> Iterator[Page]:
    """Open a page for axe, which has to put its script into what the CSP protects from it."""
    context = browser.new_context(base_url=server, locale="en-GB", bypass_csp=True)
    yield context.new_page()
    context.close()


def complaints(page: Page, **options: Any) -> list[str]:
    """Return what axe finds wrong (https://github.com/dequelabs/axe-core)."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [
        f"{one['id']}: {node['target']} {node['html'][:200]} {node['failureSummary'][:300]}"
        for one in found["violations"]
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("address", PAGES)
def test_axe_has_nothing_against_a_page_light_or_dark(measured: Page, address: str) -> None:
    measured.emulate_media(color_scheme="light")
    measured.goto(address)
    measured.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    # Axe judges no text over a gradient; the shades at the edges of a table are one.
    measured.add_style_tag(content=".scroll { background-image: none !important }")
    assert complaints(measured, runOnly={"type": "tag", "values": RULES}) == []
    # All that changes in the dark are the colours.
    measured.emulate_media(color_scheme="dark")
    assert complaints(measured, runOnly={"type": "rule", "values": ["color-contrast"]}) == []


def test_no_page_scrolls_sideways_complains_or_asks_anyone_else(page: Page, server: str) -> None:
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    wide = []
    for address in PAGES:
        page.goto(address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(OVERFLOW) > 0:
                wide.append(f"{address} at {width} px: {page.evaluate(OVERFLOW)} px too wide")

    assert wide == []
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith(server)] == []
    # A page that is not there is told by the browser itself.
    assert [text for text in told if "status of 4" not in text] == []


def test_a_table_that_is_cut_shows_it_and_can_be_scrolled_by_keyboard(page: Page) -> None:
    cut = 0
    for address in PAGES:
        page.goto(address)
        page.set_viewport_size({"width": 320, "height": 800})
        for region in page.locator(".scroll:visible").all():
            if region.evaluate("one => one.scrollWidth > one.clientWidth"):
                cut += 1
                assert region.evaluate("one => one.tabIndex") == 0, address
                shown = region.evaluate("one => getComputedStyle(one).backgroundImage")
                assert "gradient" in shown, address
                region.focus()
                page.keyboard.press("ArrowRight")
                page.wait_for_function(
                    "one => one.scrollLeft > 0", arg=region.element_handle(), polling=50
                )
    assert cut > 3


def test_a_long_page_is_folded_and_a_mark_unfolds_its_source(page: Page) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/page/place/oulu")
    assert page.evaluate("document.documentElement.scrollHeight") < 10_000
    last = page.locator(".sources details li[id]").last
    assert not last.is_visible()
    name = last.get_attribute("id")
    page.evaluate("document.querySelectorAll('main details').forEach(one => { one.open = true })")
    mark = page.locator(f'.mark[href="#{name}"]').first
    page.evaluate("document.querySelector('.sources details').open = false")
    mark.click()
    page.wait_for_function(f"document.querySelector('#{name}').checkVisibility()")

    page.goto("/page/place/oulu")
    page.emulate_media(media="print")
    assert page.locator(f"#{name}").is_visible()


def test_the_keyboard_alone_reaches_content_search_languages_and_switch(page: Page) -> None:
    page.goto("/page/project/circhubs")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["y"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"

    # From the content on, the first stop inside it is what is next, and it shows that it is.
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert page.evaluate(outline) != "none"

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
            page.keyboard.press("Tab")
        pytest.fail(f"no Tab leads to {selector}")

    tab_to("#no-marks")
    assert page.locator(".mark").first.is_visible()
    page.keyboard.press("Space")
    assert page.locator(".mark:visible").count() == 0
    page.keyboard.press("Space")
    assert page.locator(".mark").first.is_visible()

    page.goto("/page/project/circhubs")
    tab_to("nav.languages a[lang=sv]")
    page.keyboard.press("Enter")
    page.wait_for_url("**lang=sv*")
    assert page.locator("html").get_attribute("lang") == "sv"

    tab_to("input[type=search]")
    page.keyboard.type("Oulu")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    assert page.get_by_role("main").get_by_role("link", name="Oulu").count() or (
        page.get_by_role("main").get_by_role("link", name="Uleåborg").count()
    )


def test_nothing_that_can_be_reached_by_keyboard_is_invisible_or_a_trap(page: Page) -> None:
    page.goto("/")
    seen: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        box = page.evaluate(
            "(() => { const one = document.activeElement; const box = one.getBoundingClientRect();"
            " return {name: one.outerHTML.slice(0, 120), wide: box.width, high: box.height,"
            " line: getComputedStyle(one).outlineStyle}; })()"
        )
        assert box["wide"] > 0, box
        assert box["high"] > 0, box
        assert box["line"] != "none", box
        seen.append(box["name"])
    assert len(set(seen)) > 30


def test_all_works_without_a_script(browser: Browser, server: str) -> None:
    context = browser.new_context(base_url=server, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("searchbox").fill("circhubs")
    page.get_by_role("searchbox").press("Enter")
    page.wait_for_url("**/search?**")
    page.get_by_role("main").get_by_role("link", name="CircHubs").first.click()
    page.wait_for_url("**/page/project/**")
    assert page.locator(".mark").first.is_visible()
    page.get_by_label("Hide the marks of the sources").check()
    assert page.locator(".mark:visible").count() == 0
    page.locator("details summary").first.click()
    assert page.locator("details table").first.is_visible()

    page.goto("/sparql")
    page.get_by_role("textbox", name="Query").fill("SELECT ?s { ?s ?p ?o } LIMIT 3")
    page.get_by_role("main").get_by_role("button").first.click()
    assert page.locator("table.results tbody tr").count() == 3
    context.close()


def test_a_printed_page_has_the_content_and_its_sources_and_no_controls(page: Page) -> None:
    page.goto("/page/project/circhubs")
    page.emulate_media(media="print")

    for hidden in ("header.site nav", "header.site form", ".switch", ".skip"):
        assert page.locator(hidden).first.is_hidden(), hidden
    for shown in ("h1", ".timeline", ".partners", ".mark", ".sources"):
        assert page.locator(shown).first.is_visible(), shown
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_the_target_of_each_touch_is_large_enough(page: Page) -> None:
    """WCAG 2.2, 2.5.8: 24 px, links within a sentence aside."""
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto("/page/project/circhubs")
    small = page.evaluate(
        "[...document.querySelectorAll('.mark, nav a, input, button, summary')]"
        ".filter(one => one.type !== 'hidden')"
        ".map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width > 0 && (box.height < 24 || box.width < 24)"
        " && !(box.height >= 17 && box.width >= 17 && box.height === box.width))"
        ".map(([name]) => name)"
    )
    assert small == []
