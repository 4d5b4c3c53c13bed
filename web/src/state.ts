// The whole state of the live page, in the fragment of its address: what is moved, and the goal.
import type { Moves } from "./estimate";

export type Goal = { kind: string; month: string };
export type State = { scenario: string; futures: number; moves: Moves; goal: Goal | null; vary: string; share: number };

export function fresh(scenario: string): State {
  return { scenario, futures: 0, moves: new Map(), goal: null, vary: "", share: 0.5 };
}

export function written(state: State): string {
  const out = new URLSearchParams({ scenario: state.scenario });
  if (state.futures) out.set("futures", String(state.futures));
  for (const [path, move] of state.moves) out.append(move.held ? "hold" : "shift", `${path}:${move.value}`);
  if (state.goal) out.set("goal", `${state.goal.kind}:${state.goal.month}`);
  if (state.vary) out.set("vary", state.vary);
  if (state.share !== 0.5) out.set("share", String(state.share));
  return `#${out.toString().replaceAll("%3A", ":")}`;
}

/** The state that an address names; null where it names none. */
export function read(hash: string): State | null {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const scenario = said.get("scenario");
  if (!scenario) return null;
  const state = fresh(scenario);
  state.futures = said.get("futures") === "1" ? 1 : 0;
  for (const way of ["hold", "shift"]) {
    for (const pair of said.getAll(way)) {
      const at = pair.lastIndexOf(":");
      const value = Number(pair.slice(at + 1));
      if (at > 0 && pair.slice(at + 1) !== "" && Number.isFinite(value)) state.moves.set(pair.slice(0, at), { value, held: way === "hold" });
    }
  }
  const [kind, month] = (said.get("goal") ?? "").split(":");
  if (kind && month) state.goal = { kind, month };
  state.vary = said.get("vary") ?? "";
  const share = Number(said.get("share"));
  if (share > 0 && share < 1) state.share = share;
  return state;
}
