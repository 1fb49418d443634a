"""A supervised kernel in JupyterLab and Notebook 7, in a real browser.

Pictures of what was seen are kept in build/test/screens (KM_SCREENS names another folder).
"""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

import nbformat.v4
import pytest
from conftest import PATIENCE, ROOT, needs, wait_for
from jupyter_client.blocking import BlockingKernelClient

try:
    import playwright.sync_api as browser_api
except ImportError:
    browser_api = None
try:
    import websocket  # jupyter_server brings it
except ImportError:
    websocket = None

KILL = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
CRASH = "import ctypes\nctypes.string_at(0)"
LIMIT = int(os.environ.get("KM_PATIENCE", PATIENCE)) * 1000
SCREENS = pathlib.Path(os.environ.get("KM_SCREENS", ROOT / "build/test/screens"))


def why_no_browser():
    if browser_api is None:
        return "playwright is not installed for this Python"
    return None if chromium() else "Chromium is not installed"


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def why_no_jupyterlab():
    trial = subprocess.run([sys.executable, "-c", "import jupyterlab, notebook, ipywidgets"], capture_output=True, check=False)
    return None if trial.returncode == 0 else "JupyterLab, Notebook and ipywidgets are not installed for this Python"


@contextlib.contextmanager
def jupyter(bench, kind, **environment):
    """A server on the loopback address; its address with the token."""
    runtime = pathlib.Path(tempfile.mkdtemp(dir=bench.folder))
    # The theme follows the browser's colour scheme; no question about news stands in the way.
    settings = bench.folder / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "themes.jupyterlab-settings").write_text('{"adaptive-theme": true}')
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    log = (bench.folder / "jupyter.log").open("ab")
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", kind, "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root",
         "--IdentityProvider.token=medic", f"--ServerApp.root_dir={bench.folder}",],
        cwd=bench.folder, env={**bench.environment, "JUPYTER_RUNTIME_DIR": str(runtime),
                               "JUPYTERLAB_SETTINGS_DIR": str(bench.folder / "settings"), **environment}, stdout=log, stderr=log,
        stdin=subprocess.DEVNULL, start_new_session=True,
    )
    try:
        def address():
            assert server.poll() is None, (bench.folder / "jupyter.log").read_text()[-4000:]
            with contextlib.suppress(IndexError, json.JSONDecodeError, OSError):  # not there, half written, not listening
                url = json.loads([*runtime.glob("jpserver-*.json")][0].read_text())["url"]
                urllib.request.urlopen(f"{url}api", timeout=PATIENCE).close()
                return url
            return None

        yield wait_for(address, "the server")
    finally:
        server.terminate()
        server.wait(PATIENCE)
        log.close()


class Page:
    def __init__(self, page, address, kind, name):
        self.page = page
        self.kind = kind
        view = "lab/tree" if kind == "lab" else "notebooks"
        page.goto(f"{address}{view}/{name}?token=medic")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=LIMIT)
        self.wait_for_kernel()

    def wait_for_kernel(self):
        self.page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=LIMIT, state="attached")

    def cell(self, number):
        return self.page.locator(".jp-Notebook .jp-CodeCell").nth(number)

    def run(self, number):
        """Runs a cell as a person does, once more where nothing came of it: a page that was just loaded may say that its
        kernel is idle and still drop what is run (seen with a kernel of its own as well)."""
        prompt = self.cell(number).locator(".jp-InputPrompt")
        for _ in range(5):
            self.cell(number).locator(".cm-content").click()
            self.page.keyboard.press("Control+Enter")
            with contextlib.suppress(AssertionError):
                browser_api.expect(prompt).not_to_have_text("[ ]:", timeout=2000)
                return

    def command(self, keys):
        self.page.keyboard.press("Escape")
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, number, words):
        """The cell's output, once it holds these words."""
        output = self.cell(number).locator(".jp-OutputArea").first
        try:
            browser_api.expect(output).to_contain_text(words, timeout=LIMIT)
        except AssertionError:
            self.screenshot("failed")
            raise
        return output

    def no_dialog(self):
        assert self.page.locator(".jp-Dialog").count() == 0, self.page.locator(".jp-Dialog").inner_text()

    def screenshot(self, name):
        SCREENS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENS / f"{self.kind}-{name}.png")


@pytest.fixture
def chrome():
    with browser_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


def card_is_readable(page, number, words):
    output = page.text(number, words)
    card = output.locator(".jp-RenderedHTML").first
    browser_api.expect(card).to_be_visible()
    plot = card.locator("img").first
    browser_api.expect(plot).to_be_visible()
    assert plot.evaluate("image => image.naturalWidth") > 50, "the plot was drawn"
    assert plot.get_attribute("alt")
    assert card.locator("script").count() == 0
    return card


def contrast_of(locator):
    """Of a text against what is really painted behind it, after WCAG 2.1."""
    text, layers = locator.evaluate(
        """element => {
          const layers = [];
          for (let behind = element; behind; behind = behind.parentElement) layers.push(getComputedStyle(behind).backgroundColor);
          return [getComputedStyle(element).color, layers];
        }"""
    )

    def parts(colour):
        numbers = [float(number) for number in re.findall(r"[\d.]+", colour)]
        return numbers[:3], numbers[3] if len(numbers) > 3 else 1.0

    def luminance(colour):
        linear = [c / 255 / 12.92 if c / 255 <= 0.03928 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    behind = [255.0, 255.0, 255.0]
    for colour, alpha in map(parts, reversed(layers)):
        behind = [alpha * over + (1 - alpha) * under for over, under in zip(colour, behind, strict=True)]
    low, high = sorted([luminance(parts(text)[0]), luminance(behind)])
    return (high + 0.05) / (low + 0.05)


CELLS = [
    "x = 41\nx + 1",
    KILL,
    "print('the next cell runs')",
    CRASH,
    "import ipywidgets\nipywidgets.IntSlider(value=7)",
    "print('hello ' + input('who? '))",
    "import time\nprint('sleeping')\ntime.sleep(600)",
    "x",
]


@needs(why_no_browser, why_no_jupyterlab)
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["lab", "notebook"])
def test_a_person_sees_why_and_works_on(bench, chrome, kind):
    assert bench.call("install", "--all", "--user").status == 0
    path = bench.notebook([nbformat.v4.new_code_cell(cell) for cell in CELLS], kernel="python3-medic")
    with jupyter(bench, kind) as address:
        page = Page(chrome.new_page(viewport={"width": 1280, "height": 1000}), address, kind, path.name)
        page.run(0)
        page.text(0, "42")
        page.run(4)  # a widget before a death
        browser_api.expect(page.cell(4).locator(".widget-slider").first).to_be_visible(timeout=LIMIT)

        page.run(1)
        card_is_readable(page, 1, "SIGKILL")
        page.no_dialog()
        page.cell(1).scroll_into_view_if_needed()
        page.screenshot("killed")
        page.run(2)
        page.text(2, "the next cell runs")
        page.text(2, "All variables are gone")
        page.run(7)
        page.text(7, "was lost when the kernel died")

        page.run(3)
        card_is_readable(page, 3, "SIGSEGV")
        page.no_dialog()
        page.screenshot("crashed")
        page.run(4)  # and one after it
        browser_api.expect(page.cell(4).locator(".widget-slider").first).to_be_visible(timeout=LIMIT)

        page.run(5)
        box = page.page.locator(".jp-Stdin-input")
        box.fill("Ada", timeout=LIMIT)
        box.press("Enter")
        page.text(5, "hello Ada")

        page.run(6)
        page.text(6, "sleeping")
        page.command("ii")
        page.text(6, "KeyboardInterrupt")
        page.no_dialog()

        page.command("00")
        page.page.locator(".jp-Dialog .jp-mod-accept").click(timeout=LIMIT)
        page.page.locator(".jp-Dialog").wait_for(state="detached", timeout=LIMIT)
        page.wait_for_kernel()
        page.run(0)
        page.text(0, "42")
        page.page.keyboard.press("Control+s")
        wait_for(lambda: "SIGSEGV" in path.read_text(), "the notebook to be saved")

    # Another person opens it: nothing in it is trusted.
    elsewhere = {"JUPYTER_DATA_DIR": str(bench.folder / "elsewhere")}
    shutil.copytree(bench.kernels, bench.folder / "elsewhere" / "kernels")
    with jupyter(bench, kind, **elsewhere) as address:
        for scheme in ("light", "dark"):
            context = chrome.new_context(viewport={"width": 1280, "height": 1000}, color_scheme=scheme)
            page = Page(context.new_page(), address, kind, path.name)
            card = card_is_readable(page, 1, "SIGKILL")
            assert contrast_of(card.locator("code").first) > 4.5, scheme  # WCAG 2.1, 1.4.3
            assert contrast_of(card.locator("li").first) > 4.5, scheme
            page.cell(1).scroll_into_view_if_needed()
            page.screenshot(f"untrusted-{scheme}")
            context.close()


@needs(why_no_jupyterlab)
@pytest.mark.parametrize("tab", [False, True])
def test_16_the_server_knows_the_state_after_a_death(bench, tab):
    """jupyter_server alone leaves it `busy` where no tab is open (jupyter_server#1395)."""
    assert bench.call("install", "--user").status == 0
    with jupyter(bench, "lab") as address:

        def ask(path, **body):
            request = urllib.request.Request(f"{address}api/{path}", data=json.dumps(body).encode() if body else None)
            request.add_header("Authorization", "token medic")
            return json.load(urllib.request.urlopen(request, timeout=PATIENCE))

        kernel = ask("kernels", name="python3-medic")["id"]
        client = BlockingKernelClient()
        client.load_connection_file(str(next(bench.folder.glob(f"*/kernel-{kernel}.json"))))
        client.start_channels()
        client.wait_for_ready(timeout=PATIENCE)
        socket = None
        if tab:
            socket = websocket.create_connection(f"{address.replace('http', 'ws')}api/kernels/{kernel}/channels?token=medic", timeout=PATIENCE)
        reply = client.execute_interactive(KILL, output_hook=lambda _: None, timeout=PATIENCE)
        assert reply["content"]["ename"] == "KernelDied"
        wait_for(lambda: ask(f"kernels/{kernel}")["execution_state"] == "idle", "the state to be right", limit=10)
        client.execute_interactive("1", output_hook=lambda _: None, timeout=PATIENCE)
        wait_for(lambda: ask(f"kernels/{kernel}")["execution_state"] == "idle", "the state to be right", limit=10)
        if socket:
            socket.close()
        client.stop_channels()
