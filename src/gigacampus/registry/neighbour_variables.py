"""Rows of the registry that the stages of the neighbours give: noise, air, water, roads."""

from __future__ import annotations

Row = tuple[str, str, str, str, str]
"""Name, unit, title, stock or flow, hour-to-month rule."""

NEIGHBOURS: tuple[tuple[str, str, tuple[Row, ...]], ...] = (
    (
        "noise",
        "receptor month",
        (
            ("noise_day_dba", "dBA", "Level by day", "stock", "energy_mean"),
            ("noise_night_dba", "dBA", "Level by night", "stock", "energy_mean"),
            ("noise_night_dbc", "dBC", "Level by night, C-weighted", "stock", "energy_mean"),
            ("noise_ldn_dba", "dBA", "Day-night level", "stock", "energy_mean"),
            ("noise_lden_dba", "dBA", "Day-evening-night level", "stock", "energy_mean"),
            ("noise_rating_night_dba", "dBA", "Rating level by night: level with the adjustment for tones", "stock", "energy_mean"),
            ("noise_c_minus_a_night_db", "dB", "C-weighted less A-weighted night level; above 15 low notes rule", "stock", "mean"),
            ("noise_indoor_open_night_dba", "dBA", "Night level in a bedroom with the window open", "stock", "energy_mean"),
            ("noise_indoor_closed_night_dba", "dBA", "Night level in a bedroom with the window closed", "stock", "energy_mean"),
            ("noise_band_half_width_db", "dB", "Half width of the 80 % band", "stock", "mean"),
            ("noise_source_sigma_db", "dB", "Standard deviation from the sound power of the plant", "stock", "mean"),
            ("noise_propagation_sigma_db", "dB", "Standard deviation from air, ground and screens", "stock", "mean"),
            ("noise_place_sigma_db", "dB", "Standard deviation from not knowing the places exactly", "stock", "mean"),
            ("noise_downwind_night_dba", "dBA", "Level by night, wind from the plant", "stock", "energy_mean"),
            ("noise_upwind_night_dba", "dBA", "Level by night, wind towards the plant", "stock", "energy_mean"),
            ("noise_inversion_night_dba", "dBA", "Upper bound by night in a strong inversion", "stock", "max"),
            ("hourly_level_p10_night_dba", "dBA", "Level exceeded in nine of ten night hours", "stock", "mean"),
            ("noise_background_night_dba", "dBA", "Night background with other plants nearby", "stock", "energy_mean"),
            ("increase_over_background_db", "dB", "Rise of the night level over the background", "stock", "mean"),
            ("hours_above_background", "h", "Hours in which the plant is louder than the background", "flow", "sum"),
            ("hours_above_background_downwind", "h", "Of these, hours with the wind from the plant, or calm and stable", "flow", "sum"),
            ("hours_above_background_neutral", "h", "Of these, hours with the wind across", "flow", "sum"),
            ("hours_above_background_upwind", "h", "Of these, hours with the wind towards the plant", "flow", "sum"),
            ("noise_night_31_hz_db", "dB", "Night level in the octave of 31.5 Hz", "stock", "energy_mean"),
            ("noise_night_63_hz_db", "dB", "Night level in the octave of 63 Hz", "stock", "energy_mean"),
            ("noise_above_limit_hours", "h", "Hours above the stated limit", "flow", "sum"),
            ("noise_annoyed_people", "1", "People highly annoyed, by the chosen curve", "stock", "mean"),
            ("noise_sleep_disturbed_people", "1", "People highly disturbed in their sleep", "stock", "mean"),
            ("noise_start_max_dba", "dBA", "Highest level of a turbine start, downwind by night", "stock", "max"),
            ("noise_starts_heard", "1", "Turbine starts that rise above the night background", "flow", "sum"),
            ("noise_event_max_dba", "dBA", "Highest level of a vent, blow-off or bang, downwind by night", "stock", "max"),
            ("noise_events_heard", "1", "Vents, blow-offs and bangs that rise above the night background", "flow", "sum"),
            ("insertion_loss_dba", "dB", "What the walls take off the night level, downwind", "stock", "mean"),
            ("insertion_loss_dbc", "dB", "What the walls take off the C-weighted night level, downwind", "stock", "mean"),
        ),
    ),
    (
        "noise",
        "receptor band",
        (
            ("noise_night_band_db", "dB", "Night level by octave, last month", "stock", "energy_mean"),
            ("insertion_loss_band_db", "dB", "What the walls take off by octave, last month, downwind", "stock", "mean"),
        ),
    ),
    (
        "noise",
        "month",
        (
            ("noise_people_above_45", "1", "People at receptors with a night level of 45 dBA or more", "stock", "mean"),
            ("noise_people_above_55", "1", "People at receptors with a night level of 55 dBA or more", "stock", "mean"),
            ("noise_homes_above_45", "1", "Homes at receptors with a night level of 45 dBA or more", "stock", "mean"),
            ("noise_homes_above_55", "1", "Homes at receptors with a night level of 55 dBA or more", "stock", "mean"),
        ),
    ),
    (
        "air",
        "receptor month",
        (
            ("nox_ugm3", "ug/m3", "NOx increment, mean", "stock", "mean"),
            ("no2_ugm3", "ug/m3", "NO2 increment, mean", "stock", "mean"),
            ("no2_max_1h_ugm3", "ug/m3", "NO2 increment, highest hour", "stock", "max"),
            ("no2_98th_1h_ugm3", "ug/m3", "NO2 increment, 98th percentile of daily highest hours, twelve months", "stock", "last"),
            ("pm25_ugm3", "ug/m3", "PM2.5 increment, mean", "stock", "mean"),
            ("pm25_max_24h_ugm3", "ug/m3", "PM2.5 increment, highest daily mean", "stock", "max"),
            ("pm25_98th_24h_ugm3", "ug/m3", "PM2.5 increment, 98th percentile of daily means, twelve months", "stock", "last"),
            ("formaldehyde_ugm3", "ug/m3", "Formaldehyde increment, mean", "stock", "mean"),
        ),
    ),
    ("air", "receptor", (("downwind_hours", "h", "Hours a year downwind of the campus's stacks", "stock", "last"),)),
    (
        "water",
        "campus month",
        (
            ("water_m3", "m3", "Make-up water", "flow", "sum"),
            ("water_peak_day_m3", "m3", "Make-up water, highest day", "stock", "max"),
            ("water_share_of_utility_frac", "1", "Share of the utility's pumping", "stock", "mean"),
            ("water_bill_usd", "USD", "Water bill", "flow", "sum"),
            ("wue_l_per_kwh", "L/kWh", "Water usage effectiveness", "stock", "mean"),
        ),
    ),
    (
        "traffic",
        "campus month",
        (
            ("workers_on_site", "1", "Workers on site", "stock", "mean"),
            ("trucks_per_day", "1", "Trucks a day", "stock", "mean"),
            ("peak_delay_min", "min", "Longest wait at shift change", "stock", "max"),
            ("peak_delay_settled_min", "min", "Longest wait at shift change once drivers have chosen their times", "stock", "max"),
            ("peak_delay_leaving_min", "min", "Longest wait when a shift leaves", "stock", "max"),
            ("delay_30_min_frac", "1", "Chance on a day of half an hour of waiting at shift change", "stock", "max"),
            ("crash_ratio", "1", "Crashes on the road over those without the campus", "stock", "max"),
        ),
    ),
)
"""Stage, dimensions, rows."""
