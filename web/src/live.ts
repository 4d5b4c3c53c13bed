// The live page: move levers, see an estimate at once and the exact run when it is there; the address holds the whole state.
import { ask, follow, type Job, type Problem, Refused } from "./api";
import { told } from "./amounts";
import { differing, type Said, table } from "./beside";
import { type Estimate, estimate, joined, type Prepared, stirs } from "./estimate";
import { Five } from "./five";
import { GoalLine } from "./goal";
import { Shelf } from "./kept";
import { Levers, type Slider } from "./levers";
import { make } from "./page";
import { type Series, Small } from "./small";
import { fresh, read, type State, written } from "./state";
import { t } from "./words";

type Inputs = { scenario: string; title: string; as_of: string; inputs: Slider[] };
type Live = { five: string[]; series: Series[]; estimate: Estimate | null };
type Done = { said: Said; live: Live; sets: string[] };
const futures: [number, number, string][] = [
  [64, 1024, "64 worlds, 1,024 draws: as the command line"],
  [25, 384, "25 worlds, 384 draws: sooner, wider error"],
];
const patience = 500;
const byId = (id: string) => document.getElementById(id) as HTMLElement;

export async function live(): Promise<void> {
  Object.assign(window, { gigacampusEstimate: estimate });
  const page = new LivePage();
  await page.open();
  document.documentElement.dataset.ready = "yes";
}

class LivePage {
  private readonly scenario = make("select", { id: "scenario" });
  private readonly futures = make("select", { id: "futures" }, ...futures.map(([, , text], i) => make("option", { value: String(i) }, t(text))));
  private readonly bar = make("progress", { "aria-label": t("Progress of the run"), value: "0", max: "1", hidden: "" });
  private readonly stage = make("span", { class: "note", "aria-hidden": "true" });
  private readonly stop = make("button", { type: "button", hidden: "" }, t("Stop"));
  private readonly five = new Five(byId("live-five"));
  private readonly goal: GoalLine;
  private readonly shelf: Shelf;
  private smalls: Small[] = [];
  private state: State = fresh("");
  private levers!: Levers;
  private asOf = "";
  private readonly bases = new Map<string, Done>();
  private after: Done | null = null;
  private running: string | null = null;
  private turn = 0;
  /** What small runs said of inputs without spread, by scenario and futures; null: they cannot say anything. */
  private readonly prepared = new Map<string, Map<string, Prepared | null>>();
  /** Whether what is shown is being prepared, and all inputs that are, by scenario and futures. */
  private preparing = false;
  private readonly asked = new Set<string>();
  private timer = 0;

  constructor() {
    this.goal = new GoalLine(() => this.state, () => this.request(), () => this.asOf, () => this.levers, (path, value) => {
      this.state.moves.set(path, { value, held: true });
      this.levers.take(this.state.moves);
      this.moved();
    }, () => this.write());
    this.shelf = new Shelf(byId("live-kept"), (fragment) => (location.hash = fragment));
  }

  async open(): Promise<void> {
    byId("live-choose").replaceChildren(make("span", { class: "field" }, make("label", { for: "scenario" }, t("Scenario")), this.scenario), make("span", { class: "field" }, make("label", { for: "futures" }, t("Futures")), this.futures), this.bar, this.stage, this.stop);
    byId("live-goal").replaceChildren(this.goal.element);
    this.scenario.addEventListener("change", () => void this.guard(() => this.choose(fresh(this.scenario.value))));
    this.futures.addEventListener("change", () => {
      this.state.futures = Number(this.futures.value);
      this.write();
      void this.guard(() => this.start());
    });
    this.stop.addEventListener("click", () => void this.cancel());
    byId("live-reset").addEventListener("click", () => {
      this.state.moves.clear();
      this.levers.take(this.state.moves);
      this.moved();
    });
    byId("live-keep").addEventListener("click", () => this.keep());
    document.querySelector(".skip")?.addEventListener("click", (e) => {
      e.preventDefault();
      byId("headline").focus();
    });
    addEventListener("hashchange", () => {
      const found = read(location.hash);
      if (found && written(found) !== written(this.state)) void this.guard(() => this.choose(found));
    });
    await this.guard(async () => {
      const names = await ask<string[]>("/api/scenarios");
      this.scenario.replaceChildren(...names.map((n) => make("option", {}, n)));
      await this.shelf.list();
      if (!names.length) return this.say(t("No scenario is served; the runs below can be read."));
      const named = read(location.hash);
      const usual = names.includes("xai-2026-01") ? "xai-2026-01" : names[0]!;
      await this.choose(named && names.includes(named.scenario) ? named : fresh(usual));
      if (named && !names.includes(named.scenario)) this.say(t("The address names the scenario {name}, which is not served here.", { name: named.scenario }));
    });
  }

  /** Shows a scenario and a state of it, and computes both. */
  private async choose(state: State): Promise<void> {
    this.turn += 1;
    const found = await ask<Inputs>(`/api/scenarios/${encodeURIComponent(state.scenario)}/inputs`);
    this.state = state;
    this.scenario.value = state.scenario;
    this.futures.value = String(state.futures);
    this.asOf = found.as_of;
    byId("live-title").textContent = found.title;
    byId("live-about").textContent = t("As of {day}. {count} of its {all} numbers are uncertain; all keep their bands but those that you move.", { day: found.as_of, count: told(found.inputs.filter((s) => !s.certain).length), all: told(found.inputs.length) });
    this.levers = new Levers(byId("live-levers"), byId("live-others"), found.inputs, () => this.moved());
    const unknown = this.levers.take(state.moves);
    for (const path of unknown) state.moves.delete(path);
    this.goal.open();
    this.write();
    void this.guard(() => this.start()).then(() => {
      if (unknown.length) this.say(t("Not in this scenario, so left out: {paths}.", { paths: unknown.join(", ") }));
    });
  }

  private write(): void {
    history.replaceState(null, "", written(this.state));
  }

  private request(moves = this.state.moves): { scenario: string; set: object; shift: object; worlds: number; draws: number; report: boolean } {
    const [worlds, draws] = futures[this.state.futures]!;
    const of = (held: boolean) => Object.fromEntries([...moves].filter(([, m]) => m.held === held).map(([path, m]) => [path, m.value]));
    return { scenario: this.state.scenario, set: of(true), shift: of(false), worlds, draws, report: false };
  }

  private get base(): Done | undefined {
    return this.bases.get(JSON.stringify(this.request(new Map())));
  }

  /** Computes the scenario as it stands, then the state of the levers. */
  private async start(): Promise<void> {
    const mine = ++this.turn;
    this.after = null;
    await this.cancel();
    const plain = this.request(new Map());
    if (!this.base) {
      this.five.waiting();
      byId("live-smalls").replaceChildren();
      byId("live-table").replaceChildren();
      const done = await this.work(plain, mine, t("as in the scenario"));
      if (!done) return;
      this.bases.set(JSON.stringify(plain), done);
    }
    this.show();
    if (this.state.moves.size) await this.exact(mine);
    if (this.state.goal && mine === this.turn) await this.goal.solve();
    void this.prepare();
  }

  /** Small runs of inputs without spread, one after another behind all other jobs, until each lever has an estimate. */
  private async prepare(): Promise<void> {
    if (this.preparing) return;
    this.preparing = true;
    try {
      for (let path = this.unprepared(); path; path = this.unprepared()) if (!(await this.prepareOne(path, false))) return;
    } finally {
      this.preparing = false;
    }
  }

  /** Asks for the small runs of one input; false where the server could not take or end them now, so that they may be asked for again. */
  private async prepareOne(path: string, moved: boolean): Promise<boolean> {
    const { scenario, worlds, draws } = this.request();
    const key = JSON.stringify(this.request(new Map()));
    this.asked.add(key + path);
    try {
      const over = await follow(await ask<Job<Said>>("/api/prepare", "POST", { scenario, path, worlds, draws, moved }), () => undefined);
      if (over.state !== "done") return false;
      this.join(key, path, over.found as Prepared | null);
    } catch (refused) {
      if (!(refused instanceof Refused) || refused.problem.kind === "busy") return false;
      this.join(key, path, null);
    } finally {
      this.asked.delete(key + path);
    }
    return true;
  }

  private join(key: string, path: string, found: Prepared | null): void {
    this.known(key).set(path, found);
    if (found && !stirs(found)) this.levers.still(path);
    document.documentElement.dataset.prepared = [...this.known(key).keys()].join(" ");
    const base = this.bases.get(key);
    if (found && base?.live.estimate) base.live.estimate = joined(base.live.estimate, found);
    if (key === JSON.stringify(this.request(new Map())) && this.state.moves.size && !this.after) this.show();
  }

  private known(key: string): Map<string, Prepared | null> {
    if (!this.prepared.has(key)) this.prepared.set(key, new Map());
    return this.prepared.get(key)!;
  }

  private unprepared(): string | undefined {
    const key = JSON.stringify(this.request(new Map()));
    return this.base ? this.levers.toPrepare().find((path) => !this.known(key).has(path) && !this.asked.has(key + path)) : undefined;
  }

  /** An input was moved: the estimate at once, the run a moment later. */
  private moved(): void {
    this.state.moves = this.levers.moves();
    this.write();
    this.after = null;
    this.show();
    const path = this.unprepared();
    if (path && this.state.moves.has(path)) void this.prepareOne(path, true);
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.guard(() => this.start()), patience);
  }

  private async exact(mine: number): Promise<void> {
    const done = await this.work(this.request(), mine, t("with your changes"));
    if (!done) return;
    this.after = done;
    this.show();
    const base = this.base!;
    this.say(t("{count} of {all} figures differ from the scenario as it stands.", { count: differing(base.said, done.said), all: done.said.headline.length }));
  }

  /** One job from start to end; null where another move overtook it. */
  private async work(request: object, mine: number, what: string): Promise<Done | null> {
    this.busy(true);
    try {
      const job = await ask<Job<Said>>("/api/jobs", "POST", request);
      this.running = job.id;
      if (mine !== this.turn) {
        await this.cancel();
        return null;
      }
      if (what !== t("as in the scenario")) this.command(job.sets);
      const over = await follow(job, (now) => {
        this.bar.value = now.of ? now.done / now.of : 0;
        this.stage.textContent = `${what}: ${now.state === "waiting" ? t("waiting for another job") : now.stage || t("reading")}${now.of > 1 ? ` ${now.done}/${now.of}` : ""}`;
      });
      if (mine !== this.turn || !over.headline) return null;
      const drawn = await ask<Live>(`/api/jobs/${over.id}/live`);
      return mine === this.turn ? { said: over.headline, live: drawn, sets: over.sets } : null;
    } finally {
      if (mine === this.turn) this.busy(false);
    }
  }

  private async cancel(): Promise<void> {
    const job = this.running;
    this.running = null;
    if (job) await ask(`/api/jobs/${job}`, "DELETE").catch(() => undefined);
  }

  /** Draws what is known: before alone, before with an estimate, or before and after. */
  private show(): void {
    const base = this.base;
    if (!base) return;
    const moved = this.state.moves.size > 0;
    const began = performance.now();
    if (moved && !this.after && base.live.estimate) this.five.guess(base.live.five, base.said, base.live.estimate, this.state.moves);
    else this.five.exact(base.live.five, base.said, this.after?.said ?? null, base.live.series[0]?.months ?? []);
    document.documentElement.dataset.estimateMs = (performance.now() - began).toFixed(1);
    this.charts(base.live.series, this.after?.live.series ?? null, moved && !this.after);
    byId("live-table").replaceChildren(table(base.said, this.after?.said ?? null), this.offers());
    byId("live-state").textContent = !moved ? t("The scenario as it stands.") : this.after ? t("Computed with your changes; the grey line is the scenario as it stands.") : t("Estimated; the exact run follows by itself.");
    if (!moved) this.command([]);
    else if (this.after) this.command(this.after.sets);
    (byId("live-keep") as HTMLButtonElement).setAttribute("aria-disabled", String(moved && !this.after));
  }

  private charts(before: Series[], after: Series[] | null, waits: boolean): void {
    const host = byId("live-smalls");
    if (host.children.length !== before.length) {
      this.smalls = before.map((s) => new Small(s.id === "cash" ? { month: () => this.state.goal?.month ?? null, set: (month, done) => this.goal.take(month, done) } : null));
      host.replaceChildren(...this.smalls.map((s) => s.element));
    }
    host.classList.toggle("waits", waits);
    before.forEach((s, k) => this.smalls[k]!.draw(s, after?.[k] ?? null));
  }

  private command(sets: string[]): void {
    const [worlds, draws] = futures[this.state.futures]!;
    const lines = sets.filter((s) => !s.startsWith("run.")).map((s) => ` \\\n  --set '${s}'`).join("");
    byId("live-command").textContent = `gigacampus run scenarios/${this.state.scenario}.yaml --worlds ${worlds} --draws ${draws}${lines}`;
  }

  private keep(): void {
    const base = this.base;
    const said = this.state.moves.size ? this.after?.said : base?.said;
    if (!said) return this.say(t("The exact run is not there yet; keep it in a moment."));
    const moves = [...this.state.moves].map(([path, m]) => `${this.levers.name(path)} ${Number(m.value.toPrecision(3))}`);
    this.shelf.keep(`${this.state.scenario}: ${moves.length ? moves.join(", ") : t("as it stands")}`, written(this.state), said);
    this.say(t("Kept below, side by side."));
  }

  private offers(): HTMLElement {
    const place = make("span", {});
    const button = make("button", { type: "button" }, t("Write the full report of this state"));
    button.addEventListener("click", () => void this.guard(async () => {
      const mine = ++this.turn;
      this.busy(true);
      try {
        const over = await follow(await ask<Job<Said>>("/api/jobs", "POST", { ...this.request(), report: true }), (now) => {
          this.running = now.id;
          this.stage.textContent = `${t("report")}: ${now.stage}`;
        });
        if (!over.run) return this.say(t("Stopped."));
        const link = make("a", { href: `/runs/${encodeURIComponent(over.run)}/report`, target: "_blank", rel: "noopener" }, t("Open the full report"));
        place.replaceChildren(link);
        link.focus();
        this.say(t("The report is written."));
        await this.shelf.list();
      } finally {
        if (mine === this.turn) this.busy(false);
      }
    }));
    place.append(button);
    return make("p", { class: "offers" }, place);
  }

  private busy(now: boolean): void {
    this.bar.hidden = this.stop.hidden = !now;
    document.documentElement.dataset.busy = now ? "yes" : "no";
    if (now) return;
    this.running = null;
    this.stage.textContent = "";
  }

  private say(text: string): void {
    byId("live-said").textContent = text;
  }

  /** Runs what may fail; what is wrong with a lever is said beside it, the rest above. */
  private async guard(act: () => Promise<unknown>): Promise<void> {
    const place = byId("live-problem");
    place.replaceChildren();
    try {
      await act();
    } catch (error) {
      const problem: Problem = error instanceof Refused ? error.problem : { kind: "no answer", message: t("The server does not answer. Is it still running?") };
      this.busy(false);
      const rest = (problem.findings ?? []).filter((f) => !this.levers?.refuse(f.path ?? "", [f.problem, f.fix].filter(Boolean).join("; ")));
      const lines = rest.map((f) => [f.path, f.problem, f.nearest && `${t("nearest valid name")}: ${f.nearest}`, f.fix].filter(Boolean).join("; "));
      if (problem.findings?.length && !rest.length) return;
      place.replaceChildren(make("p", { class: "warning" }, problem.message ?? problem.kind), ...(lines.length ? [make("ul", {}, ...lines.map((l) => make("li", {}, l)))] : []));
    }
  }
}
