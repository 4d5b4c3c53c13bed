// Time on the map: a slider over the months, the layers that the places show, and a hot day hour by hour.
import type { HotDay, Layer, MapData, View } from "./map-data";
import { monthName, significant } from "./numbers";
import { make, svg } from "./page";
import { t } from "./words";

export const layerNames: Record<Layer, string> = { noise: "Level by night", no2: "NO\u2082 added", pm25: "PM\u2082.\u2085 added" };
export const layerUnits: Record<Layer, string> = { noise: "dBA", no2: "\u00b5g/m\u00b3", pm25: "\u00b5g/m\u00b3" };

export function times(data: MapData, view: View): HTMLElement {
  const days = data.campuses.map((c, k) => [c.hot_day, k] as const).filter((d): d is [HotDay, number] => d[0] !== null);
  return make("div", { class: "times" }, ...layers(data, view), months(data, view), ...(days.length ? [hotDay(data, view, days)] : []));
}

function layers(data: MapData, view: View): HTMLElement[] {
  const there = (["noise", "no2", "pm25"] as Layer[]).filter((layer) => data.receptors.some((r) => r.by_month[layer]));
  if (there.length < 2) return [];
  const pick = make("fieldset", { class: "way" }, make("legend", { class: "unseen" }, t("Layer that the places show")), ...there.map((layer, k) => {
    const field = make("input", { type: "radio", name: "map-layer", value: layer, ...(k ? {} : { checked: "" }) });
    field.addEventListener("change", () => view.show({ layer }));
    return make("label", {}, field, make("span", {}, `${t(layerNames[layer])} (${layerUnits[layer]})`));
  }));
  return [pick];
}

function months(data: MapData, view: View): HTMLElement {
  const { months: labels, moments, mw, people } = data.times;
  const range = make("input", { type: "range", id: "map-month", min: "0", max: String(labels.length - 1), step: "1", value: String(moments[0]!) });
  const out = make("output", { for: "map-month" });
  const show = () => {
    const m = Number(range.value);
    const parts = [monthName(labels[m]!)];
    const power = mw[m];
    if (power !== null && power !== undefined) parts.push(power > 0 ? t("{power} MW in service", { power: significant(power) }) : t("not built yet"));
    if (people && mw[m] !== 0) people.limits_dba.forEach((limit, k) => parts.push(t("{count} people above {limit} dBA by night ({low} to {high})", {
      count: whole(people.people[m]![k]!), limit, low: whole(people.low[m]![k]!), high: whole(people.high[m]![k]!),
    })));
    out.textContent = parts.join("; ");
    range.setAttribute("aria-valuetext", out.textContent);
    view.show({ month: m });
  };
  range.addEventListener("input", show);
  const jumps = [t("now"), t("in a year"), t("when finished")].map((word, k) => {
    const button = make("button", { type: "button" }, word);
    button.addEventListener("click", () => {
      range.value = String(moments[k]!);
      show();
    });
    return button;
  });
  const bar = make("div", { class: "month-bar" }, make("label", { for: "map-month" }, t("Month")), range, ...jumps);
  show();
  return make("div", {}, bar, make("p", { class: "note" }, out));
}

const whole = (value: number) => Math.round(value).toLocaleString("en");

/** Load, turbines and the way of the plume through the hottest day; levels are kept by month, so none is given by hour. */
function hotDay(data: MapData, view: View, days: [HotDay, number][]): HTMLElement {
  const pick = make("select", { id: "hot-campus" }, ...days.map(([, k], i) => make("option", { value: String(i) }, data.campuses[k]!.title)));
  const hour = make("input", { type: "range", id: "hot-hour", min: "0", max: "23", step: "1", value: "15" });
  const out = make("output", { for: "hot-hour" });
  const drawing = make("div", {});
  const box = make("details", { class: "hot-day" }, make("summary", {}, t("A hot day, hour by hour")),
    make("div", { class: "month-bar" }, ...(days.length > 1 ? [make("label", { for: "hot-campus" }, t("Campus")), pick] : []), make("label", { for: "hot-hour" }, t("Hour")), hour),
    make("p", { class: "note" }, out), drawing);
  const show = () => {
    const [day, k] = days[Number(pick.value || 0)]!;
    const h = Number(hour.value);
    const wind = day.wind_from_deg?.[h];
    const parts = [`${day.day} ${String(h).padStart(2, "0")}:00`, `${significant(day.dry_bulb_degc[h]!)} \u00b0C`, t("load {load} MW", { load: significant(day.load_mw[h]!) })];
    if (day.turbines_on) parts.push(t("turbines on: {count}", { count: significant(day.turbines_on[h]!) }));
    if (day.onsite_mw) parts.push(t("{power} MW made on site", { power: significant(day.onsite_mw[h]!) }));
    if (wind !== undefined) parts.push(t("wind from {deg}\u00b0 at {speed} m/s", { deg: Math.round(wind), speed: significant(day.wind_speed_m_s?.[h] ?? 0, 2) }));
    out.textContent = `${parts.join("; ")}. ${t("Last twelve months of the run, planned path. Levels are kept by month, not by hour.")}`;
    hour.setAttribute("aria-valuetext", out.textContent);
    drawing.replaceChildren(profile(day, h));
    view.show({ wind: box.open ? data.sites.map((_, i) => (i === k ? wind ?? null : null)) : [] });
  };
  for (const field of [pick, hour]) field.addEventListener("input", show);
  box.addEventListener("toggle", show);
  show();
  return box;
}

function profile(day: HotDay, h: number): SVGElement {
  const most = Math.max(...day.load_mw, ...(day.onsite_mw ?? []), 1);
  const x = (i: number) => 4 + (i / 23) * 392;
  const line = (values: number[]) => `M${values.map((v, i) => `${x(i).toFixed(1)} ${(66 - (v / most) * 58).toFixed(1)}`).join("L")}`;
  const turbines = day.turbines_on ? [svg("path", { class: "turbines", d: line(day.turbines_on.map((v) => (v / Math.max(...day.turbines_on!, 1)) * 0.45 * most)) })] : [];
  const onsite = day.onsite_mw ? [svg("path", { class: "onsite", d: line(day.onsite_mw) })] : [];
  const label = `${t("Load by hour")}: ${significant(Math.min(...day.load_mw))}\u2013${significant(Math.max(...day.load_mw))} MW`;
  return svg("svg", { class: "profile", viewBox: "0 0 400 82", role: "img", "aria-label": label }, svg("path", { class: "load", d: line(day.load_mw) }), ...onsite, ...turbines,
    svg("path", { class: "goal", d: `M${x(h)} 4V68` }), svg("text", { x: 4, y: 80 }, "00"), svg("text", { x: 386, y: 80 }, "23"),
    svg("text", { class: "load-text", x: 30, y: 80 }, t("load")), ...(onsite.length ? [svg("text", { class: "onsite-text", x: 90, y: 80 }, t("made on site"))] : []),
    ...(turbines.length ? [svg("text", { class: "turbines-text", x: 200, y: 80 }, t("turbines on (share of the most)"))] : []));
}
