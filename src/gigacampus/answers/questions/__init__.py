"""Questions that people ask, one file each; every file has ``answer(result, place)``."""

from __future__ import annotations

MODULES: dict[str, str] = {
    f"Q{n:02d}": f"gigacampus.answers.questions.{name}"
    for n, name in enumerate(
        (
            "noise_at_home",
            "sound_wall",
            "tons_a_year",
            "plume",
            "gallons",
            "aquifer",
            "grid_peak",
            "turbines_needed",
            "taxes",
            "jobs",
            "road",
            "health",
            "carbon",
            "one_gigawatt",
            "cooling_claim",
            "mixed_hardware",
            "days_to_train",
            "runway",
            "unit_cost",
            "worth_of_speed",
        ),
        start=1,
    )
}
"""Key of a question -> the module that answers it."""
