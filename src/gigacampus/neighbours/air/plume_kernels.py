"""Compiled flat-terrain plume over the profiles of ``boundary_layer``: stable, convective and penetrated, with meander.

Rows of a profile: wind, crosswind and vertical turbulence, temperature gradient, potential temperature; of its integral
the first four. Columns of an hour: ``HOUR``; ``r`` is a row of ``release.releases``, ``top`` the stack height.

Source: AERMOD formulation, EPA-454/R-24-009 series (Weil 1985/1997 convective, Venkatram 1992 stable). Valid for: flat
ground, no building wake, 1 m to 50 km. Oracle: hours of the regulatory model itself, and closed forms of the parts.
"""

from __future__ import annotations

import math

import numpy as np

from gigacampus.foundation.compiled import INNER, njit
from gigacampus.neighbours.air.boundary_layer import LEVELS_M

HOUR = ("mixing", "mechanical", "ustar", "wstar", "obukhov", "mixed", "aloft_n2", "urban_n2", "stable")
G = 9.80616
SV_FLOOR, SV_OVER_U, SW_FLOOR, U_FLOOR = 0.2, 0.05, 0.02, 0.28284271247461906
RISE_A, RISE_B = 0.6, 0.4
LAYER_SIGMAS = 2.15
FAR, OUTSIDE, UG = 50.0, 10.0, 1.0e6
ASIDE, REACH_IN = 7.5, 2.0
"""Spreads aside at which the coherent plume ends; logarithm of distance by which a table starts before a receptor."""
TINY, NO_LID = 1e-300, 1e9
SQRT_2PI, MEANDER_S = math.sqrt(2.0 * math.pi), 86400.0


@njit(error_model="numpy", **INNER)
def level_below(z):
    """Index of the level at or below a height; the levels are even within four spans."""
    if z >= 200.0:
        return 20 + int((z - 200.0) / 50.0) if z < 2000.0 else min(56 + int((z - 2000.0) / 100.0), 85)
    if z >= 20.0:
        return 7 + int((z - 20.0) / 10.0) if z < 100.0 else 15 + int((z - 100.0) / 20.0)
    j = 6
    while j > 0 and LEVELS_M[j] > z:
        j -= 1
    return j


@njit(error_model="numpy", **INNER)
def between(row, j, z):
    """Linear interpolation above level ``j``."""
    return row[j] + (z - LEVELS_M[j]) / (LEVELS_M[j + 1] - LEVELS_M[j]) * (row[j + 1] - row[j])


@njit(error_model="numpy", **INNER)
def floored(u, sv, sw):
    """Scalar-mean wind and turbulence, not below their least values."""
    return max(u, U_FLOOR), max(sv, SV_FLOOR, SV_OVER_U * u), max(sw, SW_FLOOR)


@njit(error_model="numpy", **INNER)
def flow_at(profile, z):
    """Wind, turbulence, gradient and potential temperature at a height."""
    j = level_below(z)
    u, sv, sw = floored(between(profile[0], j, z), between(profile[1], j, z), between(profile[2], j, z))
    return u, sv, sw, between(profile[3], j, z), between(profile[4], j, z)


@njit(error_model="numpy", **INNER)
def integral(profile, summed, k, j, z):
    """Integral of row ``k`` from the ground to a height above level ``j``."""
    return summed[k, j] + 0.5 * (profile[k, j] + between(profile[k], j, z)) * (z - LEVELS_M[j])


@njit(error_model="numpy", **INNER)
def flow_mean(profile, summed, low, high):
    """Wind, turbulence and gradient averaged over a layer."""
    low, high = max(low, 0.5), max(high, 0.51)
    a, b = level_below(low), level_below(high)
    depth = high - low
    u = (integral(profile, summed, 0, b, high) - integral(profile, summed, 0, a, low)) / depth
    sv = (integral(profile, summed, 1, b, high) - integral(profile, summed, 1, a, low)) / depth
    sw = (integral(profile, summed, 2, b, high) - integral(profile, summed, 2, a, low)) / depth
    tg = (integral(profile, summed, 3, b, high) - integral(profile, summed, 3, a, low)) / depth
    u, sv, sw = floored(u, sv, sw)
    return u, sv, sw, tg


@njit(error_model="numpy", **INNER)
def convective_rise(x, fb, fm, u):
    """Rise of a bent-over plume with its momentum and buoyancy."""
    return np.cbrt(3.0 * fm * x / (RISE_A * RISE_A * u * u) + 1.5 * fb * x * x / (RISE_A * RISE_A * u**3))


@njit(error_model="numpy", **INNER)
def frequency(gradient, theta):
    """Buoyancy frequency, never quite zero."""
    return max(math.sqrt(max(G * gradient / theta, 0.0)), 1e-10)


@njit(error_model="numpy", **INNER)
def bent_over(x, fb, fm, u, n, hour, release, limit):
    """Rise at a distance in stable air."""
    a, b, angle = fb / (n * n * u), 0.7 * n * fm / fb, 0.7 * n * x / u
    inner = b * math.sin(angle) + 1.0 - math.cos(angle)
    if inner <= 0.0:
        inner = b * math.sin(angle)
    neutral = fb / (u * hour[2] ** 2)
    cap = 1.2 * neutral**0.6 * (release + 1.2 * neutral) ** 0.4
    return min(2.66 * np.cbrt(max(a * inner, 0.0)), limit, cap)


@njit(error_model="numpy", **INNER)
def stable_rise(x, profile, hour, r):
    """Rise at a distance, with wind and gradient half-way up, by iteration; final beyond the distance of final rise."""
    us, _, tgs, pts, fb, fm, release, limit, xmax, _, _ = r
    if x >= xmax:
        return limit
    n = frequency(tgs, pts)
    reach = us * math.atan2(fm * 0.7 * n, -fb) / (0.7 * n)
    rise = bent_over(min(x, reach), fb, fm, us, n, hour, release, limit)
    for turn in range(10):
        old = rise
        um, _, _, tg, pt = flow_at(profile, release + 0.5 * rise)
        u, n = 0.5 * (us + um), frequency(0.5 * (tgs + tg), 0.5 * (pts + pt))
        reach = u * math.atan2(fm * 0.7 * n, -fb) / (0.7 * n)
        rise = bent_over(min(x, reach), fb, fm, u, n, hour, release, limit)
        if turn >= 4 and abs(old - rise) < 0.001 * rise:
            break
        if turn == 9:
            rise = 0.5 * (rise + old)
    return min(rise, convective_rise(x, fb, fm, us), limit)


@njit(error_model="numpy", **INNER)
def crosswind_stable(x, u, sv, mechanical, height):
    """Crosswind spread in stable air and of a penetrated plume."""
    scale = mechanical / (156.0 * sv) * max(height, 0.46) / 0.46
    return max(SV_OVER_U, sv / u) * x / (1.0 + x / (2.0 * u * scale)) ** 0.3


@njit(error_model="numpy", **INNER)
def vertical_stable(x, u, sw, n, height, top, hour, urban):
    """Vertical spread in stable air: surface and elevated forms weighted by height in the layer."""
    travelled, hold = sw * x / u, 0.0 if urban else n / (0.54 * sw)
    aloft = travelled / math.sqrt(1.0 + travelled * (1.0 / (0.72 * max(top, height, 1e-4)) + hold))
    if height >= hour[0]:
        return aloft
    low = 0.0
    if hour[8] > 0.5:
        low = math.sqrt(2.0 / math.pi) * hour[2] * x / u / np.cbrt(1.0 + 0.7 * x / hour[4])
    share = height / hour[0]
    return (1.0 - share) * low + share * aloft


@njit(error_model="numpy", **INNER)
def lid_term(sz, height, lid):
    """Vertical term at the ground below a reflecting lid; all images, by whichever series is short."""
    if sz > 0.8 * lid:
        total, k = 1.0, math.pi / lid
        for i in range(1, 4):
            total += 2.0 * math.exp(-0.5 * (i * k * sz) ** 2) * math.cos(i * k * height)
        return total / lid
    total = math.exp(-0.5 * (height / sz) ** 2)
    for i in range(1, 8):
        near = 0.5 * ((2.0 * i * lid - height) / sz) ** 2
        if near > FAR:
            break
        total += math.exp(-near) + math.exp(-0.5 * ((2.0 * i * lid + height) / sz) ** 2)
    return 2.0 * total / (SQRT_2PI * sz)


@njit(error_model="numpy", **INNER)
def image_sum(start, step, sz):
    """Sum of Gaussian images at start, start + step, ...: one recurrence, two exponentials."""
    term = math.exp(-0.5 * (start / sz) ** 2)
    ratio = math.exp(-(start * step + 0.5 * step * step) / (sz * sz))
    shrink = math.exp(-((step / sz) ** 2))
    total = 0.0
    for _ in range(1000):
        total += term
        term *= ratio
        ratio *= shrink
        if term <= 1e-9 * total and ratio < 1.0:
            break
    return total


@njit(error_model="numpy", **INNER)
def stable_plume(x, profile, summed, hour, top, r):
    """Vertical term over speed, spread, speed and crosswind turbulence of a stable plume at a distance."""
    rise = stable_rise(x, profile, hour, r)
    height = r[6] + rise
    urban = hour[7] > 0.0
    u, sv, sw, tg, theta = flow_at(profile, height)
    refl_n = frequency(tg, theta)
    buoyant = RISE_B * rise / math.sqrt(2.0)
    sz = math.hypot(buoyant, vertical_stable(x, u, sw, refl_n, height, top, hour, urban))
    sz_lid = sz
    if urban:
        sz_lid = math.hypot(buoyant, vertical_stable(x, u, sw, refl_n, height, top, hour, False))
    if height <= 5.0:
        u, sv, sw, tg = flow_mean(profile, summed, 0.0, min(5.0, hour[0]))
    else:
        u, sv, sw, tg = flow_mean(profile, summed, max(height - LAYER_SIGMAS * sz, 0.0), height)
    sy = math.hypot(buoyant, crosswind_stable(x, u, sv, hour[1], height))
    sz = math.hypot(buoyant, vertical_stable(x, u, sw, frequency(tg, theta), height, top, hour, urban))
    lid = max(hour[0], height + LAYER_SIGMAS * sz_lid) if hour[8] > 0.5 else NO_LID
    return lid_term(sz, height, lid) / u, sy, u, sv


@njit(error_model="numpy", **INNER)
def two_velocities(sw, wstar, center, zi, surface):
    """Mean up- and downdraft over w* of the skewed distribution of vertical wind."""
    w3 = 1.25 * center / zi if surface else 0.125
    skew = w3 * (wstar / sw) ** 3
    a, b = 5.0 / 13.0, 5.0
    root = math.sqrt(a * a * skew * skew + 4.0 / b)
    return sw / wstar * 0.5 * (a * skew + root), sw / wstar * 0.5 * (a * skew - root)


@njit(error_model="numpy", **INNER)
def mass_center(x, hour, r):
    """Height of the centre of mass: the rising axis, then a line to half the layer where the plume is mixed."""
    us, _, _, _, fb, fm, release, rise, xfinal, _, _ = r
    zi, mixed = hour[0], hour[5]
    if mixed < 1.25 * xfinal:
        xfinal = 0.8 * mixed
        rise = convective_rise(xfinal, fb, fm, us)
    if x < xfinal:
        return min(release + convective_rise(x, fb, fm, us), zi)
    if x >= mixed:
        return 0.5 * zi
    start = min(release + rise, zi)
    return start + (x - xfinal) / (mixed - xfinal) * (0.5 * zi - start)


@njit(error_model="numpy", **INNER)
def convective_spread(x, u, a1, a2, center, hour, rise):
    """Vertical spread of the up- and downdraft plumes."""
    zi, surface = hour[0], center < 0.1 * hour[0]
    alpha = 0.6 + 0.4 * center / (0.1 * zi) if surface else 1.0
    low = 0.0
    if surface:
        low = 0.5 * (1.0 - 10.0 * center / zi) * (hour[2] / u) ** 2 * x * x / abs(hour[4])
    other = low * low + (RISE_B * rise) ** 2 / 2.0
    reach = 2.0 * alpha * hour[3] * x / u
    return math.sqrt((reach * a1) ** 2 + other), math.sqrt((reach * a2) ** 2 + other)


@njit(error_model="numpy", **INNER)
def direct_plume(x, profile, summed, hour, top, r):
    """Direct and indirect plumes of the convective layer: vertical terms over speed, spread, speed, turbulence."""
    zi, wstar = hour[0], hour[3]
    rise = convective_rise(x, r[4], r[5], r[0])
    center = mass_center(x, hour, r)
    surface = center < 0.1 * zi
    a1, a2 = two_velocities(r[1], wstar, center, zi, surface)
    u, sv, sw, _, _ = flow_at(profile, center)
    sz1, sz2 = convective_spread(x, u, a1, a2, center, hour, rise)
    high, low = min(center, zi), max(center - LAYER_SIGMAS * 0.5 * (sz1 + sz2), 0.0)
    if center <= 5.0:
        u, sv, sw, _ = flow_mean(profile, summed, 0.0, min(5.0, zi))
    elif high > low:
        u, sv, sw, _ = flow_mean(profile, summed, low, high)
    else:
        u, sv, sw, _, _ = flow_at(profile, zi)
    a1, a2 = two_velocities(sw, wstar, center, zi, surface)
    sz1, sz2 = convective_spread(x, u, a1, a2, center, hour, rise)
    ratio = max(SV_OVER_U, sv / u)
    curve = max(78.0 * 0.46 / max(top, 0.46), 0.7)
    sy = math.hypot(ratio * x / (1.0 + curve * ratio * x / zi) ** 0.3, RISE_B * rise / math.sqrt(2.0))
    radius2 = (RISE_B * (zi - r[6])) ** 2 + 0.25 * 0.1 * 2.3**1.5 * (wstar * x / r[0]) ** 2
    delay = math.sqrt(2.0 * r[4] * zi / (1.4 * r[0] * radius2)) * x / r[0]
    lam1 = a2 / (a2 - a1)
    h1, h2 = r[6] + rise + a1 * wstar * x / u, r[6] + rise + a2 * wstar * x / u
    up = image_sum(h1, 2.0 * zi, sz1) + image_sum(2.0 * zi - (h1 - delay), 2.0 * zi, sz1)
    down = image_sum(h2, 2.0 * zi, sz2) + image_sum(2.0 * zi - (h2 - delay), 2.0 * zi, sz2)
    vertical = 2.0 / SQRT_2PI * (lam1 / sz1 * up + (1.0 - lam1) / sz2 * down)
    return vertical / u, sy, u, sv


@njit(error_model="numpy", **INNER)
def penetrated_plume(x, profile, summed, hour, top, r):
    """The share above the lid: stable form, no hold by the gradient in its own spread."""
    height, buoyant = r[6] + r[10], RISE_B * r[9] * r[10] / math.sqrt(2.0)
    u, sv, sw, tg, theta = flow_at(profile, height)
    held = math.hypot(buoyant, vertical_stable(x, u, sw, frequency(tg, theta), height, top, hour, False))
    sz = math.hypot(buoyant, vertical_stable(x, u, sw, 0.0, height, top, hour, True))
    u, sv, sw, _ = flow_mean(profile, summed, max(height - LAYER_SIGMAS * sz, 0.0), height)
    sz = math.hypot(buoyant, vertical_stable(x, u, sw, 0.0, height, top, hour, True))
    sy = math.hypot(buoyant, crosswind_stable(x, u, sv, hour[1], height))
    return lid_term(sz, height, max(hour[0], height + LAYER_SIGMAS * held)) / u, sy, u, sv


@njit(error_model="numpy", **INNER)
def meander_share(distance, u, sv):
    """Share of the plume's mass that wanders in all directions."""
    mean = math.sqrt(max(u * u - 2.0 * sv * sv, 0.01))
    return min((2.0 * sv * sv + mean * mean * (1.0 - math.exp(-distance / u / MEANDER_S))) / (u * u), 1.0)


@njit(error_model="numpy", **INNER)
def side(y, sy):
    """Crosswind Gaussian density."""
    power = 0.5 * (y / sy) ** 2
    return math.exp(-power) / (SQRT_2PI * sy) if power < FAR else 0.0


@njit(error_model="numpy", **INNER)
def parts(x, profile, summed, hour, top, r):
    """Terms (weight x vertical / speed, spread) of main and penetrated plume, and the meander share at ``x``."""
    if hour[8] > 0.5 or top >= hour[0]:
        v, sy, u, sv = stable_plume(x, profile, summed, hour, top, r)
        return v, sy, 0.0, 1.0, meander_share(x, u, sv)
    share, v, sy, v3, sy3, wander = r[9], 0.0, 1.0, 0.0, 1.0, 0.0
    if share < 1.0:
        v, sy, u, sv = direct_plume(x, profile, summed, hour, top, r)
        wander = (1.0 - share) * meander_share(x, u, sv)
        v *= 1.0 - share
    if share > 0.0:
        v3, sy3, u, sv = penetrated_plume(x, profile, summed, hour, top, r)
        wander += share * meander_share(x, u, sv)
        v3 *= share
    return v, sy, v3, sy3, wander


@njit(error_model="numpy", **INNER)
def at_receptor(x, y, profile, summed, hour, top, r):
    """Concentration of 1 g/s at one receptor, ug/m3: all-round part and coherent plume, weighted by the meander."""
    distance = math.hypot(x, y)
    if distance < 0.99:
        return 0.0
    v, sy, v3, sy3, wander = parts(distance, profile, summed, hour, top, r)
    total = wander * (v + v3) / (2.0 * math.pi * distance)
    if x >= 1.0 and wander < 1.0 and abs(y) < ASIDE * max(sy, sy3):
        v, sy, v3, sy3, _ = parts(x, profile, summed, hour, top, r)
        total += (1.0 - wander) * (v * side(y, sy) + v3 * side(y, sy3))
    return UG * total


@njit(error_model="numpy", **INNER)
def tabulate(table, low, high, first, step, profile, summed, hour, top, r):
    """``parts`` at nodes ``low`` to ``high`` of the logarithm of distance; terms and spreads as logarithms, then the wider spread."""
    for n in range(low, high):
        v, sy, v3, sy3, wander = parts(math.exp(first + n * step), profile, summed, hour, top, r)
        table[0, n], table[1, n] = math.log(v + TINY), math.log(sy)
        table[2, n], table[3, n], table[4, n] = math.log(v3 + TINY), math.log(sy3), wander
        table[5, n] = max(sy, sy3) if r[9] > 0.0 else sy


@njit(error_model="numpy", **INNER)
def smooth(row, n, t):
    """Cubic through four even nodes around interval ``n`` at its share ``t``; straight lines at the ends."""
    if n < 1 or n > row.size - 3:
        return row[n] + t * (row[n + 1] - row[n])
    a, b, c, d = row[n - 1], row[n], row[n + 1], row[n + 2]
    return b + 0.5 * t * (c - a + t * (2.0 * a - 5.0 * b + 4.0 * c - d + t * (3.0 * (b - c) + d - a)))


@njit(error_model="numpy", **INNER)
def term(table, n, t, y, split):
    """Weight of the plume over the speed at share ``t`` of interval ``n``: at ``y`` aside, or before any spread where that is NaN."""
    v = math.exp(smooth(table[0], n, t)) * (1.0 if math.isnan(y) else side(y, math.exp(smooth(table[1], n, t))))
    if split:
        v += math.exp(smooth(table[2], n, t)) * (1.0 if math.isnan(y) else side(y, math.exp(smooth(table[3], n, t))))
    return v


@njit(cache=True, error_model="numpy", nogil=True)
def unit_rate(profiles, integrals, hours, sin_to, cos_to, valid, top, releases, east, north, nodes, out):
    """Concentration of 1 g/s, ug/m3, into ``out`` (receptor, hour); receptors read a table of ``nodes`` distances where above 0.

    Nodes nearer than the nearest receptor serve places that it lies aside of; they are worked out where one is read.
    """
    distance = np.maximum(np.hypot(east, north), 1.0)
    logs, table = np.log(distance), np.empty((6, max(nodes, 2)))
    first = max(logs.min() - REACH_IN, 0.0)
    step = (logs.max() - first) / (table.shape[1] - 1) + 1e-12
    place = (logs - first) / step
    node = np.minimum(place.astype(np.int64), table.shape[1] - 2)
    for h in range(hours.shape[0]):
        if not valid[h]:
            continue
        profile, summed, hour, row, known = profiles[h], integrals[h], hours[h], releases[h], max(node.min() - 1, 0)
        r = (row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7], row[8], row[9], row[10])
        tabulate(table, known, nodes, first, step, profile, summed, hour, top, r)
        for i in range(east.size):
            x, y = east[i] * sin_to[h] + north[i] * cos_to[h], east[i] * cos_to[h] - north[i] * sin_to[h]
            if nodes == 0:
                out[i, h] = at_receptor(x, y, profile, summed, hour, top, r)
                continue
            t, split = place[i] - node[i], row[9] > 0.0
            wander = smooth(table[4], node[i], t)
            total = wander * term(table, node[i], t, math.nan, split) / (2.0 * math.pi * distance[i])
            if x >= 1.0 and abs(y) < ASIDE * table[5, node[i] + 1]:
                along = max((math.log(x) - first) / step, 0.0)
                n = min(int(along), nodes - 2)
                if n - 1 < known and abs(y) < OUTSIDE * table[5, known]:
                    tabulate(table, max(n - 1, 0), known, first, step, profile, summed, hour, top, r)
                    known = max(n - 1, 0)
                if max(n - 1, 0) >= known and abs(y) < OUTSIDE * table[5, n + 1]:
                    total += (1.0 - wander) * term(table, n, along - n, y, split)
            out[i, h] = UG * total
