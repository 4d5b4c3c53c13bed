// The live page: choose a scenario, move inputs, run, and see the headline before and after.
import { ask, follow, type Job, type Problem, Refused } from "./api";
import { differing, type Said, table } from "./beside";
import { make } from "./page";
import { type Slider, Sliders } from "./sliders";

type Inputs = { scenario: string; title: string; as_of: string; inputs: Slider[] };
type Run = { name: string; title: string; as_of: string; worlds: number; draws: number };
type Request = { scenario: string; set: Record<string, number>; worlds: number; draws: number; report: boolean };

const futures: [number, number, string][] = [
  [64, 1024, "64 worlds, 1,024 draws: as the command line"],
  [16, 256, "16 worlds, 256 draws: sooner, wider error"],
];
const byId = (id: string) => document.getElementById(id) as HTMLElement;

export async function live(): Promise<void> {
  const page = new Live();
  await page.open();
  document.documentElement.dataset.ready = "yes";
}

class Live {
  private readonly scenario = make("select", { id: "scenario" });
  private readonly futures = make("select", { id: "futures" }, ...futures.map(([, , text], i) => make("option", { value: String(i) }, text)));
  private readonly about = make("p", { class: "note" });
  private readonly place = make("div", { class: "sliders" });
  private readonly go = make("button", { type: "submit", class: "go" }, "Run");
  private readonly stop = make("button", { type: "button", "aria-disabled": "true" }, "Cancel");
  private readonly clear = make("button", { type: "button" }, "All back to default");
  private readonly bar = make("progress", { "aria-label": "Progress of the run", value: "0", max: "1", hidden: "" });
  private readonly stage = make("span", { class: "note", "aria-hidden": "true" });
  private sliders: Sliders | null = null;
  private readonly bases = new Map<string, Said>();
  private running: string | null = null;

  async open(): Promise<void> {
    const form = byId("live-form") as HTMLFormElement;
    form.noValidate = true;
    form.replaceChildren(
      make("div", { class: "choose" }, make("label", { for: "scenario" }, "Scenario"), this.scenario, make("label", { for: "futures" }, "Futures"), this.futures),
      this.about, this.place, make("div", { class: "act" }, this.go, this.stop, this.clear, this.bar, this.stage));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.go.getAttribute("aria-disabled") !== "true") void this.guard(() => this.run());
    });
    this.scenario.addEventListener("change", () => void this.guard(() => this.choose()));
    this.clear.addEventListener("click", () => this.sliders?.reset());
    this.stop.addEventListener("click", () => {
      if (this.running) void ask(`/api/jobs/${this.running}`, "DELETE");
    });
    await this.guard(async () => {
      const names = await ask<string[]>("/api/scenarios");
      this.scenario.replaceChildren(...names.map((n) => make("option", {}, n)));
      this.go.setAttribute("aria-disabled", String(!names.length));
      const counts = await Promise.all(names.map(async (n) => (await this.inputs(n).catch(() => null))?.inputs.length ?? -1));
      this.scenario.selectedIndex = counts.indexOf(Math.max(...counts));
      if (names.length) await this.choose();
      else this.about.textContent = "No scenario is served; the runs below can be read.";
      await this.list();
    });
  }

  private inputs(scenario: string): Promise<Inputs> {
    return ask<Inputs>(`/api/scenarios/${encodeURIComponent(scenario)}/inputs`);
  }

  private async choose(): Promise<void> {
    const found = await this.inputs(this.scenario.value);
    if (found.scenario !== this.scenario.value) return;
    this.about.textContent = `${found.title}, as of ${found.as_of}. ${found.inputs.length} of its inputs are uncertain. What you move is held where you put it; the rest keeps its band.`;
    this.sliders = new Sliders(this.place, found.inputs);
    byId("live-table").replaceChildren();
    this.say("");
  }

  private request(set: Record<string, number>, report = false): Request {
    const [worlds, draws] = futures[Number(this.futures.value)]!;
    return { scenario: this.scenario.value, set, worlds, draws, report };
  }

  private async run(): Promise<void> {
    const began = performance.now();
    const set = this.sliders?.set() ?? {};
    const base = this.request({});
    const key = JSON.stringify(base);
    let before = this.bases.get(key) ?? null;
    if (!before) {
      before = (await this.work(base, "before")).headline;
      if (!before) return this.say("Cancelled.");
      this.bases.set(key, before);
    }
    const moved = Object.keys(set).length > 0;
    const asked = this.request(set);
    const after = moved ? (await this.work(asked, "after")).headline : null;
    if (moved && !after) return this.say("Cancelled.");
    byId("live-table").replaceChildren(table(before, after), this.offers(base, moved ? asked : null));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    this.say(after ? `Done in ${seconds} s: ${differing(before, after)} of ${after.headline.length} figures differ.` : `Done in ${seconds} s. Move an input and run again to compare.`);
  }

  /** One job from start to end, with its progress shown. */
  private async work(request: Request, what: string): Promise<Job<Said>> {
    this.busy(true);
    try {
      const job = await ask<Job<Said>>("/api/jobs", "POST", request);
      this.running = job.id;
      return await follow(job, (now) => {
        this.bar.value = now.of ? now.done / now.of : 0;
        this.stage.textContent = now.state === "waiting" ? "waiting for another job" : `${what}: ${now.stage || "reading"}${now.of > 1 ? `, ${now.done} of ${now.of} worlds` : ""}`;
      });
    } finally {
      this.busy(false);
    }
  }

  private offers(before: Request, after: Request | null): HTMLElement {
    const offer = (name: string, request: Request) => {
      const place = make("span", {});
      const button = make("button", { type: "button" }, `Write the full report: ${name}`);
      button.addEventListener("click", () => void this.guard(async () => {
        if (this.running) return;
        const job = await this.work({ ...request, report: true }, "report");
        if (!job.run) return this.say("Cancelled.");
        const link = this.link(job.run, `Full report: ${name}`);
        place.replaceChildren(link);
        link.focus();
        this.say("The report is written.");
        await this.list();
      }));
      place.append(button);
      return place;
    };
    return make("p", { class: "offers" }, offer("before", before), " ", ...(after ? [offer("after", after)] : []));
  }

  private link(run: string, text: string): HTMLAnchorElement {
    return make("a", { href: `/runs/${encodeURIComponent(run)}/report`, target: "_blank", rel: "noopener" }, text);
  }

  private async list(): Promise<void> {
    const runs = await ask<Run[]>("/api/runs");
    const rows = runs.map((r) => make("li", {}, this.link(r.name, r.name), ` ${r.title}; ${r.worlds} worlds, ${r.draws} draws`));
    byId("live-runs").replaceChildren(rows.length ? make("ul", {}, ...rows) : make("p", {}, "No run has been written yet."));
  }

  private busy(now: boolean): void {
    this.go.setAttribute("aria-disabled", String(now));
    this.stop.setAttribute("aria-disabled", String(!now));
    this.bar.hidden = !now;
    if (now) this.say("Running.");
    else {
      this.running = null;
      this.stage.textContent = "";
    }
  }

  private say(text: string): void {
    byId("live-said").textContent = text;
  }

  /** Runs what may fail and shows why it did. */
  private async guard(act: () => Promise<unknown>): Promise<void> {
    const place = byId("live-problem");
    place.replaceChildren();
    try {
      await act();
    } catch (error) {
      const problem: Problem = error instanceof Refused ? error.problem : { kind: "no answer", message: "The server does not answer. Is it still running?" };
      this.say("");
      const lines = problem.findings?.map((f) => [f.path, f.problem, f.nearest && `nearest valid name: ${f.nearest}`, f.fix && `fix: ${f.fix}`].filter(Boolean).join("; "));
      place.replaceChildren(make("p", { class: "warning" }, problem.message ?? problem.kind), ...(lines ? [make("ul", {}, ...lines.map((l) => make("li", {}, l)))] : []));
    }
  }
}
