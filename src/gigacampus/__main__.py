"""``python -m gigacampus``."""

from gigacampus.cli import main

main()
