// What the address door says, in words and rows.
import type { Answer, Place, Reading } from "./door";
import { offset, plants } from "./door";
import type { MapData } from "./map-data";
import { layerNames, layerUnits } from "./map-times";
import { monthName, significant } from "./numbers";
import { make } from "./page";
import { t } from "./words";

const points = ["north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west"];

export function formHtml(data: MapData): { form: HTMLFormElement; field: HTMLInputElement; said: HTMLElement } {
  const first = data.sites[0]!;
  const example = `${first.lat.toFixed(4)}, ${first.lon.toFixed(4)}`;
  const field = make("input", { id: "door-at", type: "text", inputmode: "text", autocomplete: "off", placeholder: example, "aria-describedby": "door-hint" });
  const form = make("form", { class: "door", "aria-label": t("Address door") },
    make("label", { for: "door-at" }, t("What does it mean at my place?")),
    make("div", { class: "ask" }, field, make("button", { type: "submit" }, t("Ask"))),
    make("p", { id: "door-hint", class: "note" }, t("Click the map, or type latitude, longitude, or the name of a place or a street on it. Nothing you type leaves this page.")));
  return { form, field, said: make("div", { class: "said" }) };
}

function short(value: number, unit: string): string {
  const size = Math.abs(value);
  if (unit === "dBA") return value.toFixed(0);
  return size >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(2)));
}

function row(title: string, value: string, band: string, exact = ""): HTMLElement {
  return make("tr", {}, make("th", { scope: "row" }, title), make("td", exact ? { "data-value": exact } : {}, value), make("td", {}, band));
}

/** Whether plant of a campus is in service in the month that stands for now. */
function built(data: MapData, site: number): boolean {
  const near = data.receptors.filter((r) => data.sites.every((s) => offset(data.sites[site]!, r).km <= offset(s, r).km));
  return near.some((r) => (r.by_month.noise?.[data.times.moments[0]!] ?? null) !== null);
}

function range(low: number, high: number, unit: string): string {
  if (low === high) return t("no spread");
  if (unit === "dBA" && low <= 0) return t("{low} to {high}", { low: t("below hearing"), high: short(high, unit) });
  const floor = unit === "dBA" ? low : Math.max(low, 0);
  return t("{low} to {high}", { low: short(floor, unit), high: short(high, unit) });
}

export function answerHtml(data: MapData, place: Place, answer: Answer | null): HTMLElement {
  const offsets = plants(data.door, data.sites).map((s) => offset(s, place));
  const index = answer?.nearest ?? offsets.reduce((best, o, i) => (o.km < offsets[best]!.km ? i : best), 0);
  const near = offsets[index]!;
  const side = points[Math.round(((near.bearing * 180) / Math.PI + 360) / 45) % 8];
  const where = t("{km} km {side} of {campus}", { km: near.km < 10 ? near.km.toFixed(1) : near.km.toFixed(0), side: t(side ?? ""), campus: data.sites[index]!.title });
  const rows: HTMLElement[] = [];
  if (answer?.inside) {
    for (const r of answer.readings.filter((reading) => !reading.group)) {
      if (r.unit === "dBA" && r.value <= 0) rows.push(row(r.title, t(built(data, index) ? "below hearing" : "not built yet"), "\u2013"));
      else rows.push(row(r.title, `${short(r.value, r.unit)} ${r.unit}`, r.low === null || r.high === null ? "\u2013" : range(r.low, r.high, r.unit), `${r.name} ${r.value}`));
    }
  }
  const octaves = answer?.inside ? answer.readings.filter((reading) => reading.group === "octaves") : [];
  const campus = data.campuses[index];
  const water = campus?.water_m3_per_day;
  const delay = campus?.peak_delay_min;
  if (water) rows.push(row(`${t("Water that the campus draws")}, ${data.months.year}`, t("{volume} m\u00b3/day", { volume: short(water.p50, "") }), range(water.p10, water.p90, "")));
  if (delay) rows.push(row(`${t("Longest wait on the road to its gate")}, ${data.months.year}`, t("{time} min", { time: short(delay.p50, "") }), range(delay.p10, delay.p90, "")));
  const notes = [
    !data.door ? t("This run holds no grid of levels and concentrations, so none can be given here.") : "",
    answer && !answer.inside ? t("This place lies outside the area that was computed for levels and concentrations.") : "",
  ].filter(Boolean);
  const behind = !answer?.inside ? [] : [
    t("Read between computed points; single buildings and walls near you are not seen. What the air holds is the mean of the year to {month}.", { month: data.door?.month || t("the last month") }),
    ...(data.door?.notes ?? []),
  ];
  const table = make("table", {}, make("caption", {}, t("At {place}: {where}", { place: `${place.lat.toFixed(4)}, ${place.lon.toFixed(4)}`, where })),
    make("thead", {}, make("tr", {}, ...["", t("Median"), t("10\u201390 % band")].map((head) => (head ? make("th", { scope: "col" }, head) : make("td"))))),
    make("tbody", {}, ...rows));
  const print = make("button", { type: "button", class: "print-place" }, t("Print my page"));
  print.addEventListener("click", () => printPlace());
  return make("div", {}, print, table, ...octaveTable(octaves), ...overTime(data, place), ...notes.map((n) => make("p", { class: "note" }, n)),
    ...(behind.length ? [make("details", {}, make("summary", {}, t("How this is read")), ...behind.map((n) => make("p", { class: "note" }, n)))] : []));
}

/** One sheet of this place: map and card, without the rest of the report. */
function printPlace(): void {
  const page = document.documentElement;
  page.dataset.print = "place";
  addEventListener("afterprint", () => delete page.dataset.print, { once: true });
  window.print();
}

/** Levels by octave side by side: where the low notes are. */
/** A box that scrolls sideways on a phone, by keyboard too. */
const scrolling = (title: string) => ({ class: "octaves", tabindex: "0", role: "region", "aria-label": title });

function octaveTable(octaves: Reading[]): HTMLElement[] {
  if (!octaves.length) return [];
  const title = t("Night level by octave: dB at Hz");
  if (octaves.every((o) => o.value <= 0)) return [make("p", { class: "note octaves-none" }, `${title}: ${t("not built yet")}`)];
  return [make("div", scrolling(title), make("table", {}, make("caption", {}, title),
    make("thead", {}, make("tr", {}, ...octaves.map((o) => make("th", { scope: "col" }, o.title.replace(" Hz", ""))))),
    make("tbody", {}, make("tr", {}, ...octaves.map((o) => make("td", { "data-value": `${o.name} ${o.value}` }, o.value.toFixed(0)))))))];
}

/** Now, in a year and when finished at the nearest place that the run follows month by month. */
function overTime(data: MapData, place: Place): HTMLElement[] {
  if (!data.receptors.length) return [];
  const km = data.receptors.map((r) => offset(r, place).km);
  const nearest = data.receptors[km.indexOf(Math.min(...km))]!;
  const far = Math.min(...km);
  const layers = (["noise", "no2", "pm25"] as const).filter((layer) => nearest.by_month[layer]);
  const heads = [t("now"), t("in a year"), t("when finished")].map((word, k) => make("th", { scope: "col" }, word, make("small", {}, ` ${monthName(data.times.months[data.times.moments[k]!]!)}`)));
  const rows = layers.map((layer) => make("tr", {}, make("th", { scope: "row" }, t(layerNames[layer])),
    ...data.times.moments.map((m) => {
      const value = nearest.by_month[layer]![m] ?? null;
      return make("td", {}, value === null ? t("not built yet") : layer === "noise" ? `${value.toFixed(0)} dBA` : `${significant(value, 2)} ${layerUnits[layer]}`);
    })));
  const title = far < 0.05 ? t("At {name}, month by month", { name: nearest.title }) : t("At {name}, {km} km from there, the nearest place that the run follows month by month", { name: nearest.title, km: far < 10 ? far.toFixed(1) : far.toFixed(0) });
  return [make("div", scrolling(title), make("table", {}, make("caption", {}, title), make("thead", {}, make("tr", {}, make("td"), ...heads)), make("tbody", {}, ...rows)))];
}
