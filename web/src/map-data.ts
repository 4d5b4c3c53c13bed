// What the page carries for the map and the address door.
import type { Door, Place } from "./door";

export type Band = { p10: number; p50: number; p90: number };
type Campus = { title: string; water_m3_per_day?: Band; peak_delay_min?: Band };
export type Site = Place & { title: string; half_width_m: number };
export type Receptor = Place & { title: string; kind: string; people: number; noise_night_dba?: Band; noise_now_night_dba?: Band };
export type MapData = {
  sites: Site[]; receptors: Receptor[]; population: (Place & { people: number })[];
  contours: { title: string; level: number; unit: string; rings: [number, number][][] }[];
  months: { now: string; last: string; year: string };
  basemap?: { lines: { class: string; name: string; points: [number, number][] }[]; places: (Place & { name: string; people: number })[] };
  door: Door | null; campuses: Campus[];
};
