// The headline of two runs side by side.
import { make } from "./page";

export type Row = { id: string; title: string; value: number | null; unit: string; shown: string; shown_band: string; note: string };
export type Said = { headline: Row[] };

/** Units in which a difference is said as it is, not as a share. */
const steps: Record<string, (by: number) => string> = {
  "month of the horizon": (by) => `${Math.abs(by).toFixed(0)} mo ${by > 0 ? "later" : "earlier"}`,
  dBA: (by) => `${by > 0 ? "+" : "\u2212"}${Math.abs(by).toFixed(1)} dB`,
};

function change(before: Row | undefined, after: Row): string {
  if (!before || (before.shown === after.shown && before.shown_band === after.shown_band)) return "";
  if (before.value === null || after.value === null || (!before.value && !steps[after.unit])) return "differs";
  const step = steps[after.unit];
  if (step) return Math.abs(after.value - before.value) < 0.05 ? "band differs" : step(after.value - before.value);
  const share = (100 * (after.value - before.value)) / Math.abs(before.value);
  return Math.abs(share) < 0.05 ? "band differs" : `${share > 0 ? "+" : "\u2212"}${Math.abs(share).toPrecision(2)} %`;
}

const cell = (value: string, band: string) => make("td", {}, make("strong", {}, value), make("small", {}, band));

export function table(before: Said, after: Said | null): HTMLElement {
  const known = new Map(before.headline.map((r) => [r.id, r]));
  const rows = (after ?? before).headline.map((r) => {
    const old = known.get(r.id);
    const word = after ? change(old, r) : "";
    const cells = after ? [old ? cell(old.shown, old.shown_band) : make("td", {}, "\u2013"), cell(r.shown, r.shown_band), make("td", {}, word || "same")] : [cell(r.shown, r.shown_band)];
    return make("tr", { "data-id": r.id, ...(word ? { class: "changed" } : {}) }, make("th", { scope: "row" }, r.title), ...cells);
  });
  const heads = ["Figure", "Before: median, 10\u201390 % band", ...(after ? ["After: median, 10\u201390 % band", "Change of the median"] : [])];
  return make("div", { class: "scroll beside", tabindex: "0", role: "region", "aria-label": "Headline before and after" },
    make("table", {}, make("caption", { class: "unseen" }, "Headline before and after"),
      make("thead", {}, make("tr", {}, ...heads.map((h) => make("th", { scope: "col" }, h)))), make("tbody", {}, ...rows)));
}

export function differing(before: Said, after: Said): number {
  const known = new Map(before.headline.map((r) => [r.id, r]));
  return after.headline.filter((r) => change(known.get(r.id), r)).length;
}
