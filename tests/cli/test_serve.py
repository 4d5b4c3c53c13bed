"""`gigacampus serve` as a user meets it: its address, its refusals, its end."""

from __future__ import annotations

import socket
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from tests.commands import in_process
from tests.e2e.test_live import leave, serve
from tests.pipeline.conftest import SMALL

SECRET = "0123456789abcdef0123"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.yaml").write_text(SMALL)
    (tmp_path / "empty").mkdir()
    return tmp_path


def test_it_prints_its_address_and_ctrl_c_ends_it_with_its_process(folder):
    process, address = serve(folder)
    assert address.startswith("http://127.0.0.1:")
    assert urllib.request.urlopen(f"{address}api/scenarios").read() == b'["small"]'
    listed = subprocess.run(["ps", "--ppid", str(process.pid), "-o", "pid="], capture_output=True, text=True, check=True).stdout.split()
    assert leave(process) == (0, "stopped\n", "")
    assert listed and all(subprocess.run(["ps", "-p", pid], capture_output=True, check=False).returncode for pid in listed)
    assert sorted(p.name for p in folder.iterdir()) == ["cache", "empty", "small.yaml"]


def test_with_a_token_it_asks_for_it(folder):
    process, address = serve(folder, "--token", SECRET)
    assert address.endswith(f"/?token={SECRET}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address.partition("?")[0])
    assert refused.value.code == 401
    leave(process)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["small.yaml", "--host", "0.0.0.0"], "needs a --token"),
        (["small.yaml", "--token", "short"], "16 letters and digits"),
        (["none.yaml"], "no such scenario"),
        (["empty"], "nothing to serve"),
        (["small.yaml", "--host", "0.0.0.0", "--token", "a b" * 8], "letters and digits"),
    ],
)
def test_what_it_refuses(folder, arguments, words):
    done = in_process("serve", *arguments, cwd=folder)
    assert done.returncode == 2 and words in done.stderr and "Traceback" not in done.stderr and not done.stdout


def test_a_taken_port_is_one_clear_error(folder):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = in_process("serve", "small.yaml", "--port", str(taken.getsockname()[1]), cwd=folder)
    assert done.returncode == 2 and "choose another with --port" in done.stderr and "Traceback" not in done.stderr


def test_without_the_extra_one_error_names_it(folder):
    code = "import sys\nsys.modules['fastapi'] = None\nsys.argv = ['x', 'serve', 'small.yaml']\nfrom gigacampus import cli\ncli.main()"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "gigacampus[app]" in done.stderr and "Traceback" not in done.stderr
