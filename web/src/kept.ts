// States that a reader keeps, and runs of the folder, side by side; kept states stay in this browser.
import type { Row, Said } from "./beside";
import { ask } from "./api";
import { make } from "./page";
import { t, titled } from "./words";

type Kept = { name: string; fragment: string; rows: Row[] };
type Run = { name: string; title: string; as_of: string; worlds: number; draws: number };
const most = 6;
const place = "gigacampus.kept";

export class Shelf {
  private kept: Kept[] = [];
  private readonly table = make("div", {});
  private readonly runs = make("div", {});

  constructor(host: HTMLElement, private readonly open: (fragment: string) => void) {
    try {
      this.kept = (JSON.parse(localStorage.getItem(place) ?? "[]") as Kept[]).filter((k) => Array.isArray(k.rows)).slice(0, most);
    } catch {
      this.kept = [];
    }
    host.replaceChildren(this.table, this.runs);
    this.draw();
  }

  keep(name: string, fragment: string, said: Said): void {
    const rows = said.headline.map(({ id, title, value, unit, shown, shown_band, note }) => ({ id, title, value, unit, shown, shown_band, note }));
    this.kept = [...this.kept.filter((k) => k.name !== name), { name, fragment, rows }].slice(-most);
    this.save();
  }

  async list(): Promise<void> {
    const runs = await ask<Run[]>("/api/runs");
    const rows = runs.map((r) => {
      const beside = make("button", { type: "button", "aria-label": `${t("Put beside")}: ${r.name}` }, t("Put beside"));
      beside.addEventListener("click", () => void ask<Said>(`/api/runs/${encodeURIComponent(r.name)}`).then((said) => this.keep(r.name, "", said)));
      const link = make("a", { href: `/runs/${encodeURIComponent(r.name)}/report`, target: "_blank", rel: "noopener" }, r.name);
      return make("li", {}, link, ` ${r.title}; ${t("{worlds} worlds, {draws} draws", { worlds: r.worlds, draws: r.draws })} `, beside);
    });
    this.runs.replaceChildren(make("h3", {}, t("Runs in the folder")), rows.length ? make("ul", { class: "runs" }, ...rows) : make("p", {}, t("No run has been written yet.")));
  }

  private save(): void {
    try {
      localStorage.setItem(place, JSON.stringify(this.kept));
    } catch {
      // A browser that keeps nothing still compares what is on the page.
    }
    this.draw();
  }

  private draw(): void {
    if (!this.kept.length) return this.table.replaceChildren(make("p", { class: "note" }, t("Keep a state, or put a run of the folder beside it; they stand here side by side, also after a reload.")));
    const ids = [...new Set(this.kept.flatMap((k) => k.rows.map((r) => r.id)))];
    const heads = this.kept.map((k) => {
      const drop = make("button", { type: "button", "aria-label": `${t("Drop")}: ${k.name}` }, t("Drop"));
      drop.addEventListener("click", () => {
        this.kept = this.kept.filter((other) => other !== k);
        this.save();
      });
      const back = make("button", { type: "button", "aria-label": `${t("Open")}: ${k.name}` }, t("Open"));
      back.addEventListener("click", () => this.open(k.fragment));
      return make("th", { scope: "col" }, k.name, make("div", { class: "pair" }, ...(k.fragment ? [back] : []), drop));
    });
    const body = ids.map((id) => {
      const rows = this.kept.map((k) => k.rows.find((r) => r.id === id));
      const differ = new Set(rows.map((r) => r?.shown)).size > 1;
      return make("tr", differ ? { class: "changed" } : {}, make("th", { scope: "row" }, titled(id, rows.find(Boolean)!.title)),
        ...rows.map((r) => (r ? make("td", {}, make("strong", {}, r.shown), make("small", {}, r.shown_band)) : make("td", {}, "\u2013"))));
    });
    this.table.replaceChildren(make("div", { class: "scroll beside", tabindex: "0", role: "region", "aria-label": t("States side by side") },
      make("table", {}, make("caption", { class: "unseen" }, t("States side by side")), make("thead", {}, make("tr", {}, make("th", { scope: "col" }, t("Figure")), ...heads)), make("tbody", {}, ...body))));
  }
}
