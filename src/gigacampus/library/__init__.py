"""Cited data only: ``<family>/<entry>.yaml`` and tables beside them. The loader is ``scenario/library.py``."""
