"""``python -m gigacampus``."""

from gigacampus.cli import main

if __name__ == "__main__":
    main()
