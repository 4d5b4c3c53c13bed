#!/bin/sh
# Prints the newest Python on PATH that can make the virtual environment: one that the locked packages have wheels for.
for name in python3.14 python3.13 python3.12 python3.11 python3 python; do
    if "$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1; then
        command -v "$name"
        exit 0
    fi
done
