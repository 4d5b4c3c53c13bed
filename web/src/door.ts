// The address door's only arithmetic: inverse-distance weights in (log distance, bearing) around the nearest campus.

/** What is known at every point; `titles` where it is another thing at each campus. */
export type Field = { name: string; title: string; titles?: string[]; unit: string; group?: string; value: number[]; low: number[] | null; high: number[] | null };
export type Door = { month: string; lat: number[]; lon: number[]; fields: Field[]; notes?: string[]; centres?: Place[]; same_place_km?: number; places?: Known[] };
/** A place that the run itself follows: value and ends of the band by field. */
type Known = Place & { fields: Record<string, [number, number, number]> };
export type Place = { lat: number; lon: number };
export type Reading = { name: string; title: string; unit: string; group?: string; value: number; low: number | null; high: number | null };
export type Answer = { nearest: number; distanceKm: number; bearingDeg: number; inside: boolean; readings: Reading[] };

const kmPerDegree = 111.195;
const neighbours = 4;
const exact = 1e-9;

export function offset(from: Place, to: Place): { km: number; bearing: number } {
  const north = (to.lat - from.lat) * kmPerDegree;
  const east = (to.lon - from.lon) * kmPerDegree * Math.cos((from.lat * Math.PI) / 180);
  return { km: Math.hypot(north, east), bearing: Math.atan2(east, north) };
}

/** Where the plant of each campus stands: what is heard and smelt comes from there. */
export function plants(door: Door | null, sites: Place[]): Place[] {
  return door?.centres?.length === sites.length ? door.centres : sites;
}

export function ask(door: Door, sites: Place[], at: Place): Answer {
  const offsets = sites.map((site) => offset(site, at));
  const nearest = offsets.reduce((best, o, i) => (o.km < offsets[best]!.km ? i : best), 0);
  const here = offsets[nearest]!;
  const site = sites[nearest]!;
  const grid = door.lat.map((lat, i) => offset(site, { lat, lon: door.lon[i]! }));
  const reach = grid.filter((g, i) => nearestSite(sites, { lat: door.lat[i]!, lon: door.lon[i]! }) === nearest);
  const kms = reach.map((g) => g.km);
  const furthest = Math.max(...kms);
  const log = Math.log(Math.max(here.km, Math.min(...kms)));
  const ranked = grid
    .map((g, i) => {
      const turn = Math.abs(((g.bearing - here.bearing + 3 * Math.PI) % (2 * Math.PI)) - Math.PI);
      return { i, d2: (Math.log(Math.max(g.km, 1e-3)) - log) ** 2 + turn ** 2 };
    })
    .sort((a, b) => a.d2 - b.d2 || a.i - b.i)
    .slice(0, neighbours);
  const blend = (values: number[]) => {
    const hit = ranked[0]!;
    if (hit.d2 < exact) return values[hit.i]!;
    const weights = ranked.map((r) => 1 / r.d2);
    return ranked.reduce((sum, r, k) => sum + weights[k]! * values[r.i]!, 0) / weights.reduce((a, b) => a + b);
  };
  const known = door.places?.find((place) => offset(place, at).km <= (door.same_place_km ?? 0))?.fields ?? {};
  const readings = door.fields.map((f) => {
    const [value, low, high] = known[f.name] ?? [blend(f.value), f.low ? blend(f.low) : null, f.high ? blend(f.high) : null];
    return { name: f.name, title: f.titles?.[nearest] ?? f.title, unit: f.unit, group: f.group, value, low, high };
  });
  const bearingDeg = ((here.bearing * 180) / Math.PI + 360) % 360;
  return { nearest, distanceKm: here.km, bearingDeg, inside: here.km <= furthest * 1.02, readings };
}

function nearestSite(sites: Place[], at: Place): number {
  const kms = sites.map((site) => offset(site, at).km);
  return kms.indexOf(Math.min(...kms));
}

/** "35.06, -90.15" as a place; null when it is not one. */
export function readPlace(text: string): Place | null {
  const match = text.trim().match(/^(-?\d+(?:\.\d+)?)\s*[,; ]\s*(-?\d+(?:\.\d+)?)$/);
  if (!match) return null;
  const place = { lat: Number(match[1]), lon: Number(match[2]) };
  return Math.abs(place.lat) <= 90 && Math.abs(place.lon) <= 180 ? place : null;
}
