"""A healthy notebook of many varied cells: what kernels send, in every form that a client has to gather."""

import nbformat.v4

# Each is one thing a client can get wrong; {i} makes repetitions differ.
SOURCES = [
    "print('line {i}')",
    "print('no newline {i}', end='')",
    "for k in range(5): print(k, flush=True)",
    "print('a', flush=True); print('b', flush=True)",
    "import sys; print('error stream {i}', file=sys.stderr)",
    "import sys\nprint('out', flush=True); print('err', file=sys.stderr, flush=True); print('out again', flush=True)",
    "{i} * 3",
    "_ + 1",
    "x{i} = {i}",
    "None",
    "{i};",
    "# only a comment",
    "'text with \"quotes\" and \\\\ {i}'",
    "print('umlauts: äöü, emoji: \\U0001F600, zero: \\x00, escape: \\x1b[31mred\\x1b[0m')",
    "print('progress 1\\rprogress 2\\rprogress {i}')",
    "dict(a=[1, 2, {i}], b=None)",
    "list(range(100))",
    "class Rich:\n    def _repr_html_(self): return '<b>{i}</b>'\n    def _repr_markdown_(self): return '**{i}**'\nRich()",
    "class Bundle:\n    def _repr_mimebundle_(self, include=None, exclude=None): return {{'text/plain': 'plain', 'application/json': {{'n': {i}, 'z': 1, 'a': 2}}}}\nBundle()",
    "class Told:\n    def _repr_png_(self): return (b'\\x89PNG' + bytes([{i} % 256]), {{'width': {i}, 'height': 7}})\nTold()",
    "class Drawn:\n    def _repr_svg_(self): return '<svg xmlns=\"http://www.w3.org/2000/svg\"/>'\nDrawn()",
    "class Sum:\n    def _repr_latex_(self): return '$x^{i}$'\nSum()",
    "from IPython.display import display, HTML, Markdown, JSON\ndisplay(HTML('<i>{i}</i>'))",
    "display(Markdown('**{i}**'), HTML('<u>two</u>'))",
    "display({{'text/plain': 'raw', 'text/html': '<p>{i}</p>'}}, raw=True)",
    "display(HTML('<p>with metadata</p>'), metadata={{'isolated': True}})",
    "handle = display('shown {i}', display_id='id-{i}')",
    "display('first', display_id='same'); display('second', display_id='same')",
    "from IPython.display import update_display\nupdate_display('everywhere {i}', display_id='same')",
    "handle = display('before', display_id=True)\nhandle.update('after {i}')",
    "update_display('nobody shows this', display_id='unknown-{i}')",
    "from IPython.display import clear_output\nprint('gone'); clear_output(); print('left {i}')",
    "print('old'); clear_output(wait=True); print('new {i}')",
    "print('kept {i}'); clear_output(wait=True)",
    "display('shown', display_id='cleared-{i}'); clear_output(); update_display('late', display_id='cleared-{i}'); print('end')",
    "for k in range(3):\n    clear_output(wait=True); display(k); print('step', k, flush=True)",
    "import asyncio\nawait asyncio.sleep(0); print('awaited {i}')",
    "import threading\nthread = threading.Thread(target=lambda: print('from a thread {i}', flush=True)); thread.start(); thread.join()",
    "import warnings\nwarnings.warn('a warning {i}')",
    "import logging\nlogging.warning('logged {i}')",
    "%%capture\nprint('captured {i}')",
    "%%html\n<p>magic {i}</p>",
    "%%javascript\nvar n = {i};",
    "%%latex\n$a_{i}$",
    "%%python\nprint('a child {i}')",
    "!echo shell {i}",
    "%env UNSET_{i}=1",
    "print?",
    "get_ipython().set_next_input('next {i}')",
    "exec('y = {i}'); y",
    "print('x' * 20000)",
    "[print(k) for k in range(300)]; None",
    "from IPython.display import Image\nImage(data=bytes.fromhex('89504e470d0a1a0a0000000d4948445200000001000000010806000000'), format='png')",
    "JSON({{'b': 1, 'a': [{i}, None, 2.5]}})",
    "import numpy\nnumpy.arange({i} % 7)",
    "1.5e300 * {i}, float('inf'), float('nan')",
    "print(*'lines', sep='\\n'); 'and a result {i}'",
    "display('then a result'); {i}",
]
RAISING = [
    "raise ValueError('on purpose {i}')",
    "1 / 0",
    "print('before', flush=True); undefined_name_{i}",
    "this is no python {i}",
    "def deeper(n): return deeper(n - 1) if n else [][{i}]\ndeeper(3)",
    "try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    raise KeyError('{i}') from error",
    "import sys; sys.exit({i})",
    "assert False, 'assertion {i}'",
    "raise type('Strange', (Exception,), {{'__str__': lambda self: 'ünï {i}'}})()",
    "raise KeyboardInterrupt",
]


def notebook(count=200):
    """`count` code cells with some markdown between; the same on every call."""
    cells = []
    made = 0
    while made < count:
        if made % 20 == 0:
            cells.append(nbformat.v4.new_markdown_cell(f"## Part {made // 20}", id=f"part-{made}"))
        if made % 9 == 8:
            source = RAISING[(made // 9) % len(RAISING)]
            tags = ["raises-exception"]
        elif made % 41 == 40:
            source, tags = "print('skipped {i}')", ["skip-execution"]
        else:
            source, tags = SOURCES[(made - made // 9) % len(SOURCES)], []
        cell = nbformat.v4.new_code_cell(source.format(i=made), id=f"cell-{made}")
        if tags:
            cell.metadata["tags"] = tags
        cells.append(cell)
        made += 1
    book = nbformat.v4.new_notebook(cells=cells)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return book
