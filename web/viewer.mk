# Include from the Makefile after PY and VENV are set: `include web/viewer.mk`, then let targets depend on $(VIEWER).
VIEWER := src/gigacampus/report/viewer/viewer.js

$(VIEWER): $(wildcard web/src/*) web/build.mjs web/build.py web/package-lock.json | $(VENV)/.run-ready
	$(PY) web/build.py
	@touch $@

.PHONY: viewer viewer-check
viewer: $(VIEWER)

viewer-check: $(VIEWER)
	cd web && npm run --silent check
