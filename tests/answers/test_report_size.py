"""The worked example's report is one file that a phone can take."""

import gzip

from gigacampus.report import page

RAW_BYTES = 3_200_000
COMPRESSED_BYTES = 900_000


def test_the_report_of_the_worked_example_is_small_enough(result, tmp_path):
    written = page.write(result, tmp_path / "report.html").read_bytes()
    assert len(written) <= RAW_BYTES and len(gzip.compress(written)) <= COMPRESSED_BYTES
