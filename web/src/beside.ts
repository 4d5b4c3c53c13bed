// The headline of two runs side by side.
import { dateUnit, shown } from "./numbers";
import { make } from "./page";
import { chinese, t, titled } from "./words";

export type Row = {
  id: string; title: string; value: number | null; low?: number | null; high?: number | null; unit: string; shown: string; shown_band: string; note: string;
};
export type Said = { headline: Row[] };

/** Units in which a difference is said as it is, not as a share. */
const steps: Record<string, (by: number) => string> = {
  "month of the horizon": (by) => t(by > 0 ? "{count} months later" : "{count} months earlier", { count: Math.abs(by).toFixed(0) }),
  dBA: (by) => `${by > 0 ? "+" : "\u2212"}${Math.abs(by).toFixed(1)} dB`,
};

/** Value and band of a row in the language of the page; months of the horizon need their labels to be said in another than English. */
export function said(row: Row, months: string[] = []): [string, string] {
  const { value, low, high, unit } = row;
  if (!chinese() || (unit === dateUnit && !months.length)) return [row.shown, row.shown_band];
  const one = (v: number | null | undefined) => (v === null || v === undefined ? (unit === dateUnit ? shown(months.length, unit, months) : "\u2013") : shown(v, unit, months));
  const flat = (low ?? null) === null && (high ?? null) === null && unit !== dateUnit;
  return [one(value), flat ? t("no spread") : t("{low} to {high}", { low: one(low), high: one(high) })];
}

function change(before: Row | undefined, after: Row): string {
  if (!before || (before.shown === after.shown && before.shown_band === after.shown_band)) return "";
  if (before.value === null || after.value === null || (!before.value && !steps[after.unit])) return t("differs");
  const step = steps[after.unit];
  if (step) return Math.abs(after.value - before.value) < 0.05 ? t("the band differs") : step(after.value - before.value);
  const share = (100 * (after.value - before.value)) / Math.abs(before.value);
  return Math.abs(share) < 0.05 ? t("the band differs") : `${share > 0 ? "+" : "\u2212"}${Math.abs(share).toPrecision(2)} %`;
}

const cell = (value: string, band: string) => make("td", {}, make("strong", {}, value), make("small", {}, band));

export function table(before: Said, after: Said | null): HTMLElement {
  const known = new Map(before.headline.map((r) => [r.id, r]));
  const rows = (after ?? before).headline.map((r) => {
    const old = known.get(r.id);
    const word = after ? change(old, r) : "";
    const cells = after ? [old ? cell(...said(old)) : make("td", {}, "\u2013"), cell(...said(r)), make("td", {}, word || t("same"))] : [cell(...said(r))];
    return make("tr", { "data-id": r.id, ...(word ? { class: "changed" } : {}) }, make("th", { scope: "row" }, titled(r.id, r.title)), ...cells);
  });
  const heads = [t("Figure"), t("Before: median, 10\u201390 % band"), ...(after ? [t("After: median, 10\u201390 % band"), t("Change of the median")] : [])];
  return make("div", { class: "scroll beside", tabindex: "0", role: "region", "aria-label": t("Headline before and after") },
    make("table", {}, make("caption", { class: "unseen" }, t("Headline before and after")),
      make("thead", {}, make("tr", {}, ...heads.map((h) => make("th", { scope: "col" }, h)))), make("tbody", {}, ...rows)));
}

export function differing(before: Said, after: Said): number {
  const known = new Map(before.headline.map((r) => [r.id, r]));
  return after.headline.filter((r) => change(known.get(r.id), r)).length;
}
