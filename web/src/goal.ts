// A goal: a month on the cash chart, what must hold by then, and what would have to be true for it.
import { type Job, Refused, ask, follow } from "./api";
import type { Levers } from "./levers";
import { make } from "./page";
import type { State } from "./state";
import { t } from "./words";

const kinds: [string, string][] = [
  ["solvent_until", "cash never falls below its floor, raising as planned, until"],
  ["runway", "cash lasts without new money until"],
  ["ebitda_by", "EBITDA is positive for good by"],
  ["escape_by", "no outside capital is needed any more from"],
];
type Required = { path: string; title: string; value: number | null; text: string };

export class GoalLine {
  private readonly kind = make("select", { id: "goal-kind" }, ...kinds.map(([id, text]) => make("option", { value: id }, t(text))));
  private readonly vary = make("select", { id: "goal-vary" });
  private readonly share = make("select", { id: "goal-share" }, ...[0.5, 0.8, 0.9].map((s) => make("option", { value: String(s) }, `${100 * s} %`)));
  private readonly said = make("div", { class: "goal-said", role: "status" });
  private asked = 0;
  readonly element: HTMLElement;

  constructor(private readonly state: () => State, private readonly request: () => object, private readonly now: () => string, private readonly levers: () => Levers, private readonly set: (path: string, value: number) => void, private readonly changed: () => void) {
    this.element = make("div", { class: "goal-box" }, make("p", {}, t("Drag the goal line in the cash chart. In "), make("label", { class: "unseen", for: "goal-share" }, t("Share of futures")), this.share, t(" of futures, "),
      make("label", { class: "unseen", for: "goal-kind" }, t("Goal")), this.kind, t(" that month, by moving "), make("label", { class: "unseen", for: "goal-vary" }, t("Input to move")), this.vary, "."), this.said);
    for (const field of [this.kind, this.vary, this.share]) field.addEventListener("change", () => this.take(this.state().goal?.month ?? null, true));
  }

  open(): void {
    const state = this.state();
    const books = this.levers().books();
    const order = [...books].sort((a, b) => Number(b.lead) - Number(a.lead));
    this.vary.replaceChildren(...order.map((s) => make("option", { value: s.path }, this.levers().name(s.path))), make("option", { value: "all" }, t("each input, one by one")));
    this.element.hidden = !books.length;
    if (state.vary) this.vary.value = state.vary;
    this.share.value = String(state.share);
    if (state.goal) this.kind.value = state.goal.kind;
    this.said.replaceChildren();
  }

  /** The goal line stands at a month; `done`: it was let go, so that the question is asked. */
  take(month: string | null, done: boolean): void {
    if (!month) return;
    const state = this.state();
    state.goal = { kind: this.kind.value, month };
    state.vary = this.vary.value;
    state.share = Number(this.share.value);
    this.changed();
    if (done) void this.solve();
  }

  async solve(): Promise<void> {
    const state = this.state();
    if (!state.goal) return;
    const mine = ++this.asked;
    this.said.replaceChildren(make("p", {}, t("Asking what would have to be true \u2026")));
    try {
      const vary = this.vary.value === "all" ? [] : [this.vary.value];
      const job = await ask<Job<unknown>>("/api/solve", "POST", { ...this.request(), goal: this.text(state.goal), vary, share: state.share });
      const over = await follow(job, () => undefined);
      if (mine === this.asked && over.found) this.tell(over.found);
    } catch (error) {
      if (mine === this.asked) this.said.replaceChildren(make("p", { class: "warning" }, error instanceof Refused ? this.why(error) : t("The server does not answer. Is it still running?")));
    }
  }

  /** A goal as the command takes it; a runway is counted in months from the scenario's day on. */
  private text(goal: { kind: string; month: string }): string {
    if (goal.kind !== "runway") return `${goal.kind}=${goal.month}`;
    const months = (label: string) => Number(label.slice(0, 4)) * 12 + Number(label.slice(5, 7));
    return `runway=${Math.max(0, months(goal.month) - months(this.now()) + 1)}`;
  }

  private why(error: Refused): string {
    const found = error.problem.findings?.[0];
    return found ? [found.problem, found.fix].filter(Boolean).join("; ") : error.message;
  }

  private tell(found: Record<string, any>): void {
    const rows = (found.required ? [found.required] : (found.levers ?? []).slice(0, 4)) as Required[];
    const share = (x: number) => `${Math.round(100 * x)} %`;
    const lines = rows.map((row) => {
      const line = make("li", {}, make("strong", {}, `${this.levers().name(row.path)}: `), row.text);
      if (row.value !== null) {
        const take = make("button", { type: "button", "aria-label": `${t("Hold it there")}: ${this.levers().name(row.path)}` }, t("Hold it there"));
        take.addEventListener("click", () => this.set(row.path, row.value!));
        line.append(" ", take);
      }
      return line;
    });
    this.said.replaceChildren(make("p", {}, t("{share} of futures meet it now; {asked} are asked for.", { share: share(found.share_now), asked: share(found.share_asked) })), make("ul", {}, ...lines));
  }
}
