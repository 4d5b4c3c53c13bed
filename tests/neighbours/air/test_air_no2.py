"""NOx to NO2."""

from __future__ import annotations

import numpy as np
import pytest

from gigacampus.neighbours.air.no2 import ARM2, ARM2_FLAT_BELOW_UGM3, ARM2_HIGHEST, arm2_ratio, no2_ugm3


def test_shortcut_agrees_with_the_polynomial_everywhere() -> None:
    nox = np.linspace(0.0, 1500.0, 3001)
    quick = no2_ugm3(nox, method="arm2", in_stack=0.2, ozone_ugm3=0.0)
    np.testing.assert_allclose(quick, nox * arm2_ratio(nox, lowest=0.2))
    assert np.polyval(ARM2, ARM2_FLAT_BELOW_UGM3) > ARM2_HIGHEST


@pytest.mark.parametrize("method", ["arm2", "olm", "in_stack"])
def test_no2_lies_between_the_in_stack_share_and_all_of_nox(method: str) -> None:
    nox = np.linspace(0.0, 1500.0, 301)
    no2 = no2_ugm3(nox, method=method, in_stack=0.1, ozone_ugm3=80.0)
    assert np.all(no2 >= 0.1 * nox - 1e-9)
    assert np.all(no2 <= nox)


def test_arm2_and_olm_meet_values_worked_by_hand() -> None:
    """At 300 ug/m3 the polynomial's terms add up to 0.4739; ozone of 60 ug/m3 makes 57.5 ug/m3 of NO2."""
    given = {"in_stack": 0.2, "ozone_ugm3": 60.0}
    assert no2_ugm3(np.array([300.0]), method="arm2", **given)[0] == pytest.approx(300.0 * 0.473888283, rel=1e-8)
    assert no2_ugm3(np.array([50.0]), method="arm2", **given)[0] == pytest.approx(45.0)
    assert no2_ugm3(np.array([300.0]), method="olm", **given)[0] == pytest.approx(0.2 * 300.0 + 57.5)
    assert no2_ugm3(np.array([50.0]), method="olm", **given)[0] == pytest.approx(50.0)
