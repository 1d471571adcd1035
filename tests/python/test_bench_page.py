"""The report of `upshift bench`, looked at in a browser: it draws, says its figures, and loads nothing."""

import json
import os
import shutil
import subprocess
import sys

import pytest

# `make test` installs all of it; elsewhere the test needs what there is.
IS_DEMANDED = os.environ.get("UPSHIFT_TEST_BROWSER") == "1"
if not IS_DEMANDED:
    pytest.importorskip("altair")
    pytest.importorskip("vl_convert")
    pytest.importorskip("selenium")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("there is no chromium", allow_module_level=True)

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", 
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1000,3000",
)  # fmt: skip
TITLES = {"python": "plain Python", "tier1": "tier 1", "llvm": "LLVM at once", "tiered": "tiered"}
MACHINE = {
    "cpu": "a </script> & cpu", "cores": 2, "load_before": 0.5, "load_after": 0.6, "python": "3.11", "numpy": "2",
    "upshift": "0", "date": "2026-01-01 00:00",
}  # fmt: skip


def empty_results(kind, **more):
    """Results of a program, as `measure` makes them, with made-up figures."""
    results = {
        "target": {"text": f"<b>program</b>.py:{kind}", "kind": kind, "arguments": None, "setup": ""},
        "machine": MACHINE,
        "plan": {"repeats": 2, "budget": 1.0, "timeout": 9.0, "sizes": []},
        "complete": True,
        "checkpoints": [1, 10, 100, 1000, 10_000],
        "modes": {},
        "answers": [{"mode": "tiered", "reference": "python", "status": "same", "where": ""}],
        "timeline": [
            {"function": "f", "what": "compiling 1", "start": 0.0, "end": 0.001},
            {"function": "f", "what": "tier 1", "start": 0.001, "end": 0.02},
            {"function": "f", "what": "compiling 2", "start": 0.005, "end": 0.02},
            {"function": "f", "what": "tier 2", "start": 0.02, "end": 0.03},
        ],
        "sweep": None,
        "notes": [],
    }
    return results | more


def of_function():
    first = {"python": 0.001, "tier1": 0.002, "llvm": 0.03, "tiered": 0.002}
    settled = {"python": 0.001, "tier1": 0.0002, "llvm": 0.00001, "tiered": 0.00001}
    modes = {}
    for name, title in TITLES.items():
        points = [[calls, first[name] + (calls - 1) * settled[name]] for calls in (1, 10, 100, 1000)]
        slower = [[calls, 1.2 * seconds] for calls, seconds in points]
        runs = [{"points": one, "settled": settled[name], "since_spawn": 0.1} for one in (points, slower)]
        modes[name] = {"title": title, "status": "ok", "error": "", "runs": runs, "functions": []}
    entries = [
        {"settings": settings, "error": "", "runs": [{"points": [[1, time]]}, {"points": [[1, 1.01 * time]]}]}
        for settings, time in (({}, 1.0), ({"UPSHIFT_TIER2_CALLS": "1"}, 0.5))
    ]
    return empty_results("function", modes=modes, sweep={"variables": {}, "entries": entries, "recommendation": None})


def of_script():
    runs = [{"total": 0.5, "first_output": 0.2}, {"total": 0.6, "first_output": 0.25}]
    modes = {name: {"title": title, "status": "ok", "error": "", "runs": runs, "functions": []}
             for name, title in TITLES.items()}  # fmt: skip
    return empty_results("script", modes=modes)


def of_sizes():
    results = of_function()
    results["plan"]["sizes"] = [10, 1000]
    for name, mode in results["modes"].items():
        times = {"first": 0.01, "settled": 0.001 if name == "python" else 0.0001}
        mode["runs"] = [{"sizes": {"10": times, "1000": times}}]
    return results | {"sweep": None}


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))
    yield driver
    driver.quit()


@pytest.fixture
def show(browser, tmp_path):
    """Opens the report of programs; the browser, after all charts are drawn and nothing went wrong."""
    from selenium.webdriver.support.ui import WebDriverWait
    from upshift.bench import page, sweep
    from upshift.bench.summary import summarize

    def shown(*suite):
        for results in suite:
            summarize(results)
            if results["sweep"]:
                sweep.recommend(results["sweep"])
        path = tmp_path / "report.html"
        page.write(suite, path)
        browser.get_log("performance")
        browser.get(path.as_uri())
        undrawn = "return [...document.querySelectorAll('.chart')].filter(one => !one.closest('details:not([open])')" \
            " && !one.dataset.drawn).length"  # fmt: skip
        WebDriverWait(browser, 30).until(lambda driver: driver.execute_script(undrawn) == 0)
        assert browser.get_log("browser") == []
        assert requests(browser) == [path.as_uri()]
        return browser

    return shown


def requests(browser):
    """Addresses that the page asked for; data in the page itself is none."""
    messages = (json.loads(entry["message"])["message"] for entry in browser.get_log("performance"))
    sent = (message["params"] for message in messages if message["method"] == "Network.requestWillBeSent")
    return [one["request"]["url"] for one in sent if not one["request"]["url"].startswith("data:")]


def count(browser, selector):
    return len(browser.find_elements("css selector", selector))


def texts(browser, selector):
    return [element.text for element in browser.find_elements("css selector", selector)]


def test_a_function(show):
    browser = show(of_function())
    headings = texts(browser, "h2")
    assert headings[:4] == [
        "Total time against the number of calls", "How far tiered is from the best", "Tiers of each function over time",
        "Settings",
    ]  # fmt: skip
    assert texts(browser, "h1") == ["upshift bench <b>program</b>.py:function"]
    assert count(browser, ".chart svg") == 4
    # A line of each mode, measured and extended; and their bands.
    assert count(browser, ".chart[data-chart='0'] .mark-line path") == 8
    assert count(browser, ".chart[data-chart='0'] .mark-area path") == 4
    words = texts(browser, ".chart[data-chart='0'] text")
    assert {"number of calls", "total time", "tiered", "LLVM at once", "1,000", "10 ms"} <= set(words)
    # Letters of the break-evens, in the chart and before their sentences.
    keys = texts(browser, "#findings .key")
    assert keys and set(keys) <= set(words)
    sentences = texts(browser, "#findings li")
    assert "A Tiered overtakes tier 1 at 2 calls." in sentences
    assert any(sentence.startswith("Tiered takes at most 1.00 times the better") for sentence in sentences)
    assert count(browser, ".chart[data-chart='2'] .mark-rect path") >= 4
    assert "total of 1,000 calls" in texts(browser, "td")


def test_labels_of_a_chart_do_not_overlap(show):
    browser = show(of_function())
    boxes = browser.execute_script(
        "return [...document.querySelectorAll('.chart[data-chart=\"0\"] .mark-text text')]"
        ".filter(one => one.textContent).map(one => one.getBoundingClientRect()).map(one => [one.x, one.y, one.right,"
        " one.bottom])"
    )
    assert len(boxes) > 10
    for position, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:position]:
            assert right <= other[0] or left >= other[2] or bottom <= other[1] or top >= other[3], (position, other)


def test_what_an_interrupted_run_left(show):
    results = of_function() | {"complete": False, "timeline": [], "sweep": None}
    results["modes"]["tier1"]["runs"] = []
    results["modes"]["tiered"]["runs"] = [{"points": [[1, 0.002]], "settled": None, "since_spawn": 0.1}]
    browser = show(results)
    assert count(browser, ".chart svg") == 1
    assert "Interrupted" in browser.find_element("css selector", ".bad").text
    for mode in results["modes"].values():
        mode["runs"] = []
    assert count(show(results), ".chart svg") == 0


def test_a_script(show):
    browser = show(of_script())
    assert count(browser, ".chart svg") == 2
    assert count(browser, ".chart[data-chart='0'] .mark-rect path") >= 4
    assert "500 ms" in texts(browser, ".chart[data-chart='0'] text")


def test_sizes(show):
    browser = show(of_sizes())
    assert count(browser, ".chart[data-chart='0'] .mark-line path") == 8
    assert "problem size n" in texts(browser, ".chart[data-chart='0'] text")


def test_a_suite_draws_what_is_unfolded(show):
    browser = show(of_function() | {"name": "first"}, of_function() | {"name": "second"})
    assert count(browser, ".chart svg") == 1
    assert count(browser, ".chart[data-chart='0'] .mark-rect path") >= 10
    browser.find_elements("css selector", "summary")[0].click()
    from selenium.webdriver.support.ui import WebDriverWait

    WebDriverWait(browser, 30).until(lambda driver: count(driver, ".chart svg") == 5)


def test_dark_and_light(show):
    browser = show(of_function())

    def colours():
        script = "return [document.body, document.querySelector('.chart text')].map(one => getComputedStyle(one))" \
            ".map((style, position) => position ? style.fill : style.backgroundColor)"  # fmt: skip
        return browser.execute_script(script)

    from selenium.webdriver.support.ui import WebDriverWait

    light = colours()
    scheme = {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", scheme)
    try:
        WebDriverWait(browser, 30).until(lambda _: all(new != old for new, old in zip(colours(), light, strict=True)))
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_command_writes_it(tmp_path):
    path, program = tmp_path / "report.html", tmp_path / "program.py"
    program.write_text("from upshift import jit\n@jit\ndef f(x):\n    return x + 1\n")
    command = ["-m", "upshift", "bench", "--repeats", "1", "--budget", "0.01", "--modes", "python,tiered"]
    done = subprocess.run(
        [sys.executable, *command, f"{program}:f", "--args", "1", "--html", path], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    text = path.read_text()
    assert "Total time against the number of calls" in text and text.count("<script") == 3


def test_pictures(tmp_path):
    from upshift.bench import plots
    from upshift.bench.summary import summarize

    results = of_function()
    summarize(results)
    plots.picture(plots.calls_chart(results), tmp_path / "chart.svg")
    assert "number of calls" in (tmp_path / "chart.svg").read_text()
    plots.picture(plots.calls_chart(results), tmp_path / "chart.png")
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")
