// Sliders for a scenario's uncertain inputs. An input that nobody moved keeps its distribution; a moved one is held where it stands.
import { make } from "./page";

export type Slider = {
  path: string; name: string; place: string; about: string; unit: string; default: number; p10: number; p90: number;
  low: number; high: number; floor: number; ceiling: number; whole: boolean; lead: boolean;
};

const digits = 4;

export function told(value: number): string {
  const large = Math.abs(value) >= 1e6;
  return value.toLocaleString("en", large ? { notation: "compact", compactDisplay: "long", maximumSignificantDigits: digits } : { maximumSignificantDigits: digits });
}

export class Sliders {
  private readonly held = new Map<string, number>();
  private readonly forget: (() => void)[] = [];

  constructor(readonly host: HTMLElement, rows: Slider[]) {
    const leads = rows.filter((r) => r.lead);
    const others = rows.filter((r) => !r.lead);
    host.replaceChildren(...leads.map((r) => this.row(r)), ...(others.length ? [this.rest(others)] : []));
    if (!rows.length) host.replaceChildren(make("p", {}, "Nothing in this scenario is uncertain, so there is nothing to move; it can be run as it is."));
  }

  set(): Record<string, number> {
    return Object.fromEntries(this.held);
  }

  reset(): void {
    for (const back of this.forget) back();
  }

  private rest(rows: Slider[]): HTMLElement {
    const field = make("input", { type: "search", id: "find-input", placeholder: "gas, growth, slip \u2026" });
    const made = rows.map((r) => this.row(r));
    field.addEventListener("input", () => {
      const wanted = field.value.toLowerCase();
      for (const row of made) row.hidden = !row.textContent?.toLowerCase().includes(wanted);
    });
    return make("details", {}, make("summary", {}, `All other inputs: ${rows.length}`),
      make("p", { class: "filter" }, make("label", { for: "find-input" }, "Find an input "), field), ...made);
  }

  private row(r: Slider): HTMLElement {
    const { name, place } = r;
    const id = `in-${r.path.replaceAll(".", "-")}`;
    const step = r.whole ? "1" : "any";
    const range = make("input", { type: "range", id, min: String(r.low), max: String(r.high), step, "aria-describedby": `${id}-hint` });
    const exact = make("input", { type: "number", min: String(r.floor), max: String(r.ceiling), step, "aria-label": `${name}, exact value ${r.unit}`.trim() });
    const back = make("button", { type: "button", "aria-label": `Back to default: ${name}`, hidden: "" }, "Back");
    const row = make("div", { class: "slider", "data-path": r.path },
      make("label", { for: id }, name, make("small", {}, place)),
      make("div", { class: "pull" }, range, exact, make("span", { class: "unit" }, r.unit), back),
      make("p", { class: "note", id: `${id}-hint` }, `${r.about ? `${r.about} ` : ""}Default ${told(r.default)}; 10\u201390 % band ${told(r.p10)} to ${told(r.p90)} ${r.unit}`.trim()));
    const show = (value: number, from?: HTMLInputElement) => {
      for (const field of [range, exact]) if (field !== from) field.value = String(value);
      range.setAttribute("aria-valuetext", `${told(value)} ${r.unit}`.trim());
    };
    const hold = (field: HTMLInputElement) => {
      const value = Number(Number(field.value).toPrecision(digits));
      if (field.value === "" || !Number.isFinite(value) || (field === exact && !exact.checkValidity())) return;
      this.held.set(r.path, Math.min(r.ceiling, Math.max(r.floor, value)));
      row.classList.add("held");
      back.hidden = false;
      show(value, field);
    };
    const reset = () => {
      this.held.delete(r.path);
      row.classList.remove("held");
      back.hidden = true;
      show(Number(r.default.toPrecision(digits)));
    };
    range.addEventListener("input", () => hold(range));
    exact.addEventListener("change", () => hold(exact));
    back.addEventListener("click", () => {
      reset();
      range.focus();
    });
    this.forget.push(reset);
    reset();
    return row;
  }
}
