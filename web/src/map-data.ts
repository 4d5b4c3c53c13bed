// What the page carries for the map and the address door.
import type { Door, Place } from "./door";

export type Band = { p10: number; p50: number; p90: number };
export type HotDay = {
  day: string; load_mw: number[]; onsite_mw?: number[]; grid_mw?: number[]; dry_bulb_degc: number[]; wind_from_deg?: number[]; wind_speed_m_s?: number[];
  turbines_on?: number[];
};
type Campus = { title: string; water_m3_per_day?: Band; peak_delay_min?: Band; hot_day: HotDay | null };
export type Layer = "noise" | "no2" | "pm25";
/** Month and layer that the places show, and for each campus the direction that the wind comes from in an hour, where one is chosen. */
export type Shown = { month: number; layer: Layer; wind: (number | null)[] };
/** What can be asked of the map from outside. */
export type View = { show(change: Partial<Shown>): void };
export type Site = Place & { title: string; half_width_m: number };
export type Receptor = Place & { title: string; kind: string; people: number; by_month: Partial<Record<Layer, (number | null)[]>> };
export type MapData = {
  sites: Site[]; receptors: Receptor[]; population: (Place & { people: number })[];
  contours: { title: string; level: number; unit: string; rings: [number, number][][] }[];
  months: { now: string; last: string; year: string };
  basemap?: { lines: { class: string; name: string; points: [number, number][] }[]; places: (Place & { name: string; people: number })[] };
  times: {
    months: string[]; moments: number[]; mw: (number | null)[];
    people: { limits_dba: number[]; people: number[][]; low: number[][]; high: number[][] } | null;
  };
  door: Door | null; campuses: Campus[];
};
