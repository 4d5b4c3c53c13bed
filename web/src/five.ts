// Five headlines, each with its value now, its change from before, and whether it is computed or estimated.
import { type Row, said, type Said } from "./beside";
import { type Estimate, estimate, type Moves } from "./estimate";
import { dateUnit, difference, shown, width } from "./numbers";
import { make } from "./page";
import { t, titled } from "./words";

export class Five {
  private months: string[] = [];

  constructor(private readonly host: HTMLElement) {}

  waiting(): void {
    this.host.replaceChildren(make("p", { class: "note" }, t("The scenario as it stands is being computed; its figures appear here.")));
  }

  /** The state before alone, or beside the computed state after. */
  exact(ids: string[], before: Said, after: Said | null, months: string[] = []): void {
    this.months = months;
    this.host.replaceChildren(...this.rows(ids, before).map((old) => {
      const now = after?.headline.find((r) => r.id === old.id) ?? null;
      const by = now && now.value !== null && old.value !== null ? now.value - old.value : null;
      const same = now && now.shown === old.shown && now.shown_band === old.shown_band;
      const change = !now ? "" : same ? t("no change") : by === null ? t("differs") : by === 0 ? t("the band differs") : difference(by, old.unit);
      const row = now ?? old;
      return this.card(old, ...said(row, months), change, now ? t("computed") : t("as in the scenario"), "");
    }));
  }

  /** The state after as the surface has it, until the run is there. */
  guess(ids: string[], before: Said, data: Estimate, moves: Moves): void {
    this.months = data.months;
    this.host.replaceChildren(...this.rows(ids, before).map((old) => {
      const outcome = data.outcomes.find((o) => o.id === old.id);
      const found = outcome ? estimate(data, outcome, moves) : null;
      if (!found || !outcome) return this.card(old, "\u2013", "", "", t("no estimate yet"), "none");
      const middle = this.start(old, data) + found.change[1];
      const value = shown(old.unit === dateUnit ? Math.round(middle) : middle, old.unit, data.months);
      const change = Math.abs(found.change[1]) < found.error / 20 ? t("no change") : difference(found.change[1], old.unit);
      return this.card(old, value, "", change, t("estimate, \u00b1 {error} (80 %)", { error: width(found.error, old.unit) }), "guess");
    }));
  }

  /** The median before, a date that lies beyond the horizon as the month after it. */
  private start(row: Row, data: Estimate): number {
    return row.value ?? (row.unit === dateUnit ? data.months.length : 0);
  }

  private rows(ids: string[], before: Said): Row[] {
    return ids.flatMap((id) => before.headline.find((r) => r.id === id) ?? []);
  }

  private card(old: Row, value: string, band: string, change: string, mark: string, kind: string): HTMLElement {
    return make("article", { class: `card ${kind}`.trim(), "data-id": old.id },
      make("h3", {}, titled(old.id, old.title)), make("p", { class: "value" }, value), make("p", { class: "band" }, band ? t("10\u201390 %: {band}", { band }) : ""),
      make("p", { class: "change" }, change ? make("strong", {}, change) : "", change ? make("small", {}, ` ${t("before")}: ${said(old, this.months)[0]}`) : ""),
      make("p", { class: "mark" }, mark));
  }
}
