// Finding a place by its name: sites, neighbours, towns and streets that stand on the map.
import type { Place } from "./door";
import type { MapData } from "./map-data";
import { t } from "./words";

export type Found = Place & { name: string; kind: string };
const most = 8;
const plain = (text: string) => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/[^\p{L}\p{N}]+/gu, " ").trim();

/** Places whose name holds every word that was typed, those that begin with it first; a street by its middle. */
export function named(data: MapData, text: string): Found[] {
  const wanted = plain(text);
  if (wanted.length < 2) return [];
  const lines = (data.basemap?.lines ?? []).filter((line) => line.name && !line.class.endsWith("_line"));
  const all: Found[] = [
    ...data.sites.map((s) => ({ lat: s.lat, lon: s.lon, name: s.title, kind: t("campus") })),
    ...data.receptors.map((r) => ({ lat: r.lat, lon: r.lon, name: r.title, kind: r.kind })),
    ...(data.basemap?.places ?? []).map((p) => ({ lat: p.lat, lon: p.lon, name: p.name, kind: t("place") })),
    ...lines.map((line) => {
      const [lat, lon] = line.points[Math.floor(line.points.length / 2)]!;
      return { lat, lon, name: line.name, kind: t(line.class) };
    }),
  ];
  const once = new Map<string, Found>();
  for (const one of all) {
    const name = plain(one.name);
    if (wanted.split(" ").every((word) => name.includes(word)) && !once.has(`${name} ${one.kind}`)) once.set(`${name} ${one.kind}`, one);
  }
  const rank = (one: Found) => (plain(one.name) === wanted ? 0 : plain(one.name).startsWith(wanted) ? 1 : 2);
  const found = [...once.values()].sort((a, b) => rank(a) - rank(b));
  const same = found.filter((one) => rank(one) === 0);
  return (same.length ? same : found).slice(0, most);
}
