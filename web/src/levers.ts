// Levers: uncertain inputs of a scenario, each with its band on its track, shifted as a whole or held at one value.
import type { Move, Moves } from "./estimate";
import { amount, digits, shortened, spelled, told, unshortened } from "./amounts";
import { make } from "./page";
import { t } from "./words";

export type Slider = {
  path: string; name: string; place: string; about: string; unit: string; default: number; p10: number; p90: number;
  low: number; high: number; floor: number; ceiling: number; whole: boolean; lead: boolean; scaled: boolean; certain: boolean;
  area: string; words: string;
};

/** Inputs shown at most of those that a search finds. */
const mostFound = 24;
const areas: [string, string][] = [["schedule", "Schedule"], ["power", "Power"], ["market", "Market"], ["deals", "Deals"]];

export class Levers {
  private readonly rows = new Map<string, Row>();
  private readonly sliders: Map<string, Slider>;

  constructor(leads: HTMLElement, private readonly others: HTMLElement, rows: Slider[], private readonly moved: () => void) {
    this.sliders = new Map(rows.map((r) => [r.path, r]));
    const groups = areas.flatMap(([area, title]) => {
      const mine = rows.filter((r) => r.lead && r.area === area).map((r) => this.row(r).element);
      return mine.length ? [make("section", { class: "area", "aria-label": t(title) }, make("h3", {}, t(title)), ...mine)] : [];
    });
    leads.replaceChildren(...groups);
    if (!groups.length) leads.replaceChildren(make("p", { class: "note" }, t("None of the usual levers is in this scenario; every number of it can be found below.")));
    this.search(rows.filter((r) => !r.lead));
  }

  moves(): Moves {
    return new Map([...this.rows].flatMap(([path, row]) => (row.move ? [[path, row.move] as [string, Move]] : [])));
  }

  /** Puts the levers where a state has them; gives the paths that this scenario does not have. */
  take(moves: Moves): string[] {
    const known = [...moves.keys()].filter((path) => this.sliders.has(path));
    for (const path of known) this.row(this.sliders.get(path)!);
    for (const [path, row] of this.rows) row.put(moves.get(path) ?? null);
    this.find();
    return [...moves.keys()].filter((path) => !this.sliders.has(path));
  }

  /** Inputs without spread that a lever names, and those that are moved: of these the run itself says nothing. */
  toPrepare(): string[] {
    const ranged = [...this.rows.values()].filter((r) => r.slider.certain && r.slider.low < r.slider.high && (r.slider.lead || r.move));
    return ranged.sort((a, b) => Number(b.move !== null) - Number(a.move !== null)).map((r) => r.slider.path);
  }

  /** Small runs found that an input moves none of the figures. */
  still(path: string): void {
    this.rows.get(path)?.still();
  }

  private row(slider: Slider): Row {
    const known = this.rows.get(slider.path) ?? new Row(slider, () => this.moved());
    this.rows.set(slider.path, known);
    return known;
  }

  /** Says beside a lever what is wrong with it; false where there is no such lever. */
  refuse(path: string, problem: string): boolean {
    const row = [...this.rows.values()].find((r) => path === r.slider.path || path.endsWith(`.${r.slider.path}`) || path.startsWith(`uncertainty.${r.slider.path}`));
    row?.refuse(problem);
    return row !== undefined;
  }

  name(path: string): string {
    const row = this.sliders.get(path);
    return row ? row.words ? t(row.words) : row.name : path;
  }

  books(): Slider[] {
    return [...this.sliders.values()].filter((s) => !s.certain && /^(company|market)\./.test(s.path));
  }

  private find: () => void = () => undefined;

  /** Every other number of the scenario, found by its words; those that are moved stay in sight. */
  private search(rows: Slider[]): void {
    if (!rows.length) return this.others.replaceChildren(make("p", { class: "note" }, t("All inputs of this scenario stand above.")));
    const field = make("input", { type: "search", id: "find-input", placeholder: t("gas, growth, slip \u2026") });
    const count = make("span", { class: "note", role: "status" });
    const list = make("div", { class: "found" });
    const texts = new Map(rows.map((r) => [r, `${r.words ? t(r.words) : ""} ${r.words} ${r.name} ${r.place} ${r.path} ${r.about} ${r.unit}`.toLowerCase()]));
    this.find = () => {
      const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
      const moved = rows.filter((r) => this.rows.get(r.path)?.move);
      const found = rows.filter((r) => !moved.includes(r) && wanted.every((w) => texts.get(r)!.includes(w)));
      const shown = [...moved, ...found.slice(0, mostFound)].map((r) => this.row(r).element);
      list.replaceChildren(...shown);
      count.textContent = t("{shown} of {all}", { shown: moved.length + found.length, all: rows.length })
        + (found.length > mostFound ? `; ${t("the first {count} are shown, type more words", { count: mostFound })}` : "");
    };
    field.addEventListener("input", () => this.find());
    this.others.replaceChildren(make("p", { class: "filter" }, make("label", { for: "find-input" }, t("Find an input")), field, count), list);
    this.find();
  }
}

class Row {
  move: Move | null = null;
  readonly element: HTMLElement;
  private readonly range: HTMLInputElement;
  private readonly exact: HTMLInputElement;
  private readonly band = make("span", { class: "band" });
  private readonly back: HTMLButtonElement;
  private readonly wrong: HTMLElement;
  private readonly ways: HTMLInputElement[];
  private readonly step: number;
  private readonly bare = make("span", { class: "note" }, t("no band"));

  constructor(readonly slider: Slider, private readonly changed: () => void) {
    const r = slider;
    const id = `in-${r.path.replaceAll(".", "-")}`;
    const name = r.words ? t(r.words) : r.name;
    this.step = r.whole ? 1 : Number(((r.high - r.low) / 200).toPrecision(2)) || 1e-9;
    this.range = make("input", { type: "range", id, min: String(r.low), max: String(r.high), step: r.whole ? "1" : "any", "aria-describedby": `${id}-hint` });
    this.exact = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": `${name}: ${t("exact value")} ${r.unit}`.trim(), "aria-describedby": `${id}-wrong` });
    this.back = make("button", { type: "button", class: "back", "aria-label": `${t("Back to default")}: ${name}`, hidden: "" }, t("Back"));
    this.wrong = make("p", { class: "warning", id: `${id}-wrong`, role: "alert" });
    this.ways = [0, 1].map((k) => make("input", { type: "radio", name: `${id}-way`, value: String(k), ...(k ? {} : { checked: "" }) }));
    const choice = make("fieldset", { class: "way" }, make("legend", { class: "unseen" }, `${name}: ${t("shift the band or hold at a value")}`),
      make("label", {}, this.ways[0]!, make("span", {}, t("shift band"))), make("label", {}, this.ways[1]!, make("span", {}, t("hold"))));
    if (r.low >= r.high) this.range.disabled = true;
    const hint = r.certain ? `${t("{value} in the scenario, without spread", { value: amount(r.default, r.unit) })}.` : t("Default {value}; 10\u201390 % {low} to {high}", { value: told(r.default), low: told(r.p10), high: amount(r.p90, r.unit) });
    const usual = make("span", { class: "usual" });
    this.place(usual, r.p10, r.p90);
    this.element = make("div", { class: "slider", "data-path": r.path },
      make("label", { for: id }, name, make("small", { title: r.path }, r.words ? `${r.name}${r.place ? `, ${r.place}` : ""}` : r.place)),
      make("span", { class: "exact" }, this.exact, make("span", { class: "unit" }, spelled(r.unit))),
      make("div", { class: "under" }, make("div", { class: "track" }, usual, this.band, this.range), r.certain ? this.bare : choice, this.back),
      make("p", { class: "note", id: `${id}-hint` }, `${r.about ? `${r.about} ` : ""}${hint}`), this.wrong);
    this.listen();
    this.put(null);
  }

  put(move: Move | null): void {
    this.move = move;
    this.wrong.textContent = "";
    this.exact.setAttribute("aria-invalid", "false");
    if (move) this.ways[move.held ? 1 : 0]!.checked = true;
    this.show(move?.value ?? Number(this.slider.default.toPrecision(digits)));
  }

  still(): void {
    this.bare.textContent = t("moves no figure");
  }

  refuse(problem: string): void {
    this.wrong.textContent = problem;
    this.exact.setAttribute("aria-invalid", "true");
  }

  private get held(): boolean {
    return this.slider.certain || this.ways[1]!.checked;
  }

  private listen(): void {
    this.range.addEventListener("input", () => this.to(Number(this.range.value), this.range));
    this.range.addEventListener("keydown", (e) => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[e.key];
      if (!by) return;
      e.preventDefault();
      const r = this.slider;
      this.to(Math.min(r.high, Math.max(r.low, (this.move?.value ?? r.default) + by * this.step)));
    });
    this.exact.addEventListener("change", () => this.typed());
    for (const way of this.ways) way.addEventListener("change", () => {
      this.to(this.move?.value ?? Number(this.slider.default.toPrecision(digits)));
    });
    this.back.addEventListener("click", () => {
      this.ways[0]!.checked = true;
      this.put(null);
      this.changed();
      this.range.focus();
    });
  }

  private typed(): void {
    const r = this.slider;
    const value = unshortened(this.exact.value);
    if (value === null) return this.refuse(t("Type a number, such as {value}.", { value: told(r.default) }));
    if (value < r.floor || value > r.ceiling) {
      const [low, high] = [r.floor <= -1e30 ? null : told(r.floor), r.ceiling >= 1e30 ? null : told(r.ceiling)];
      return this.refuse(high === null ? t("At least {low} {unit}.", { low: low ?? "", unit: spelled(r.unit) }) : t("Between {low} and {high} {unit}.", { low: low ?? "", high, unit: spelled(r.unit) }));
    }
    if (r.whole && !Number.isInteger(value)) return this.refuse(t("Whole numbers only."));
    this.to(value, this.exact);
  }

  private to(value: number, from?: HTMLInputElement): void {
    const rounded = from === this.exact ? value : Number(value.toPrecision(digits));
    this.wrong.textContent = "";
    this.exact.setAttribute("aria-invalid", "false");
    this.move = { value: rounded, held: this.held };
    this.show(rounded, from);
    this.changed();
  }

  private show(value: number, from?: HTMLInputElement): void {
    const r = this.slider;
    if (from !== this.range) this.range.value = String(value);
    this.exact.value = shortened(value);
    const way = this.move ? (this.held ? t("held") : t("band shifted")) : t("as in the scenario");
    this.range.setAttribute("aria-valuetext", `${amount(value, r.unit)}, ${way}`);
    this.element.classList.toggle("moved", this.move !== null);
    this.back.hidden = this.move === null;
    const by = r.scaled ? value / r.default : value - r.default;
    const [low, high] = this.move?.held ? [value, value] : r.scaled ? [r.p10 * by, r.p90 * by] : [r.p10 + by, r.p90 + by];
    this.place(this.band, low, high);
  }

  /** Puts a mark on the track; percentages of its width, by the style's own variables. */
  private place(mark: HTMLElement, low: number, high: number): void {
    const span = this.slider.high - this.slider.low || 1;
    const at = (v: number) => Math.min(100, Math.max(0, (100 * (v - this.slider.low)) / span));
    mark.style.setProperty("--from", `${at(low)}%`);
    mark.style.setProperty("--to", `${at(high)}%`);
  }
}
