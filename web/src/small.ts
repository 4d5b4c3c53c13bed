// A small multiple: one series by month with its band, the state before as a ghost, and a goal line that can be dragged.
import { make, svg } from "./page";
import { monthName, shown } from "./numbers";
import { chinese, t } from "./words";

export type Series = { id: string; title: string; unit: string; months: string[]; p10: (number | null)[]; p50: (number | null)[]; p90: (number | null)[] };
const [wide, tall, left, bottom, top] = [360, 136, 46, 18, 8];

/** What a series is called in another language than English, by what it is. */
function titleOf(s: Series): string {
  const known: Record<string, string> = { power: t("Power in service"), cash: t("Cash, raising as planned"), noise: t("Night level at the loudest place"), county: t("Paid to public bodies, added up"),
    nox_t: t("NOx on site"), co2_t: t("CO2 on site"), water_m3: t("Water drawn") };
  return chinese() ? known[s.id] ?? s.title : s.title;
}

const finite = (values: (number | null)[]) => values.filter((v): v is number => v !== null && Number.isFinite(v));

/** Steps of a nice size between two values. */
function ticks(low: number, high: number): number[] {
  const raw = (high - low || 1) / 3;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((k) => k * size).find((s) => s >= raw)!;
  const out: number[] = [];
  for (let v = Math.ceil(low / step) * step; v <= high + step * 1e-6; v += step) out.push(Math.abs(v) < step * 1e-6 ? 0 : v);
  return out;
}

export class Small {
  readonly element = make("figure", { class: "small" });
  private x = (i: number) => i;
  private months: string[] = [];

  constructor(private readonly goal: { month: () => string | null; set: (month: string, done: boolean) => void } | null = null) {}

  draw(before: Series, now: Series | null): void {
    const months = before.months;
    this.months = months;
    const all = [before, ...(now ? [now] : [])].flatMap((s) => finite([...s.p10, ...s.p50, ...s.p90]));
    const [low, high] = [Math.min(before.unit === "dBA" ? Infinity : 0, ...all), Math.max(...all, before.unit === "dBA" ? -Infinity : 0)];
    const pad = high > low ? 0 : 1;
    this.x = (i) => left + (i / Math.max(months.length - 1, 1)) * (wide - left - 6);
    const y = (v: number) => top + (1 - (v - low) / (high - low + pad)) * (tall - top - bottom);
    const root = svg("svg", { viewBox: `0 0 ${wide} ${tall}`, role: "img", "aria-label": this.spoken(before, now) });
    for (const v of ticks(low, high + pad)) {
      root.append(svg("path", { class: "grid", d: `M${left} ${y(v)}H${wide - 6}` }), svg("text", { class: "tick", x: left - 5, y: y(v) + 3.5, "text-anchor": "end" }, shown(v, before.unit, months).replace(/ (billion|million|trillion)$/, (_, w: string) => ({ billion: "bn", million: "M", trillion: "trn" })[w]!)));
    }
    const every = Math.max(1, Math.ceil(months.filter((m) => m.endsWith("-01")).length / 5));
    months.filter((m) => m.endsWith("-01")).filter((_, k) => k % every === 0).forEach((m) => root.append(svg("text", { class: "tick", x: this.x(months.indexOf(m)), y: tall - 4, "text-anchor": "middle" }, m.slice(0, 4))));
    if (now) root.append(svg("path", { class: "ghost", d: this.line(before.p50, y) }), svg("path", { class: "ribbon", d: this.ribbon(now, y) }), svg("path", { class: "line", d: this.line(now.p50, y) }));
    else root.append(svg("path", { class: "ribbon", d: this.ribbon(before, y) }), svg("path", { class: "line", d: this.line(before.p50, y) }));
    this.element.replaceChildren(make("figcaption", {}, titleOf(before)), root, ...(this.goal ? [this.handle(root)] : []));
  }

  private spoken(before: Series, now: Series | null): string {
    const s = now ?? before;
    const last = (series: Series) => series.p50.map((v, i) => [v, i] as const).filter(([v]) => v !== null && Number.isFinite(v)).at(-1);
    const said = (series: Series) => {
      const end = last(series);
      return end ? `${shown(end[0]!, series.unit, series.months)} (${monthName(series.months[end[1]]!)})` : t("not built yet");
    };
    return `${titleOf(s)}: ${said(s)}${now ? `; ${t("before")}: ${said(before)}` : ""}`;
  }

  private line(values: (number | null)[], y: (v: number) => number): string {
    return values.map((v, i) => (v === null || !Number.isFinite(v) ? "" : `${i && finite([values[i - 1] ?? null]).length ? "L" : "M"}${this.x(i).toFixed(1)} ${y(v).toFixed(1)}`)).join("");
  }

  private ribbon(s: Series, y: (v: number) => number): string {
    const at = s.p10.map((v, i) => [i, v, s.p90[i]] as const).filter(([, a, b]) => a !== null && b !== null && a !== undefined && b !== undefined) as [number, number, number][];
    if (!at.length) return "";
    return `M${at.map(([i, , b]) => `${this.x(i).toFixed(1)} ${y(b).toFixed(1)}`).join("L")}L${[...at].reverse().map(([i, a]) => `${this.x(i).toFixed(1)} ${y(a).toFixed(1)}`).join("L")}Z`;
  }

  /** The goal line: a slider by pointer and by key that lies over the drawing. */
  private handle(root: SVGElement): HTMLElement {
    const months = this.months;
    const chosen = this.goal!.month();
    const at = chosen && months.includes(chosen) ? months.indexOf(chosen) : Math.floor(months.length * 0.6);
    const line = svg("path", { class: "goal", d: `M${this.x(at)} ${top}V${tall - bottom}` });
    const label = svg("text", { class: "goal-text", x: this.x(at), y: top + 8, "text-anchor": at > months.length / 2 ? "end" : "start", dx: at > months.length / 2 ? -4 : 4 }, t("goal: {month}", { month: monthName(months[at]!) }));
    root.append(line, label);
    const range = make("input", { type: "range", class: "goal-range", min: "0", max: String(months.length - 1), step: "1", value: String(at), "aria-label": t("Goal line: month"), "aria-valuetext": monthName(months[at]!) });
    const show = () => {
      const i = Number(range.value);
      line.setAttribute("d", `M${this.x(i)} ${top}V${tall - bottom}`);
      label.setAttribute("x", String(this.x(i)));
      label.setAttribute("text-anchor", i > months.length / 2 ? "end" : "start");
      label.setAttribute("dx", i > months.length / 2 ? "-4" : "4");
      label.textContent = t("goal: {month}", { month: monthName(months[i]!) });
      range.setAttribute("aria-valuetext", monthName(months[i]!));
      return months[i]!;
    };
    range.addEventListener("input", () => this.goal!.set(show(), false));
    range.addEventListener("change", () => this.goal!.set(show(), true));
    return range;
  }
}
