// The instant estimate: every future of the run before, moved by the difference of a surface that the server fitted on them.
// The rules are those of `estimate` in explore/instant_estimate.py, which the tests hold this file to.

type Scale = { log: boolean; middle: number; step: number };
export type Outcome = {
  id: string; unit: string; axis: string; step: number; ends: [number | null, number | null]; reads: string[]; blind: string[]; samples: number[];
  terms: string[][]; weights: number[][]; noise: Record<string, number>; misfit: Record<string, number>;
};
export type Estimate = {
  inputs: Record<string, Scale>; columns: Record<string, Record<string, number[]>>; months: string[]; student: number; outcomes: Outcome[];
};
export type Move = { value: number; held: boolean };
export type Moves = Map<string, Move>;
export type Guess = { change: [number, number, number]; error: number };

/** What small prepared runs found along the range of an input that the run holds certain. */
export type Prepared = { path: string; scale: Scale; outcomes: Record<string, { weights: number[][]; misfit: number }> };

const quantiles = [0.1, 0.5, 0.9] as const;
const leastErrorFrac = 0.002;

function quantile(sorted: Float64Array, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

function coordinate(scale: Scale, value: number): number {
  return ((scale.log ? Math.log(value) : value) - scale.middle) / scale.step;
}

/** The estimate's data with one more input: it stands at 0 in every future, and what its small runs say nothing of stays blind to it. */
export function joined(data: Estimate, found: Prepared): Estimate {
  const outcomes = data.outcomes.map((row) => {
    const more = found.outcomes[row.id];
    if (!more || !row.samples.length) return { ...row, blind: [...row.blind, found.path] };
    const weights = more.weights.map((line, k) => [...(row.weights[k] ?? []), ...line]);
    return {
      ...row, reads: [...row.reads, found.path], terms: [...row.terms, [found.path], [found.path, found.path]], weights,
      misfit: { ...row.misfit, [found.path]: more.misfit },
    };
  });
  return { ...data, inputs: { ...data.inputs, [found.path]: found.scale }, outcomes };
}

/** What a run says of an outcome after some moves; null where it says nothing. */
export function estimate(data: Estimate, outcome: Outcome, moves: Moves): Guess | null {
  if (!outcome.samples.length) return null;
  for (const path of moves.keys()) if (!data.inputs[path] || outcome.blind.includes(path)) return null;
  const count = outcome.samples.length;
  const none = new Array<number>(count).fill(0);
  const columns = Object.fromEntries(outcome.terms.flat().map((path) => [path, data.columns[outcome.axis]?.[path] ?? none]));
  const at = new Map([...moves].map(([path, move]) => [path, coordinate(data.inputs[path]!, move.value)]));
  const before = (path: string, i: number) => columns[path]![i]!;
  const after = (path: string, i: number) => (at.has(path) ? (moves.get(path)!.held ? at.get(path)! : before(path, i) + at.get(path)!) : before(path, i));
  const steps = outcome.terms.map((term) => (term.some((path) => at.has(path))
    ? Float64Array.from({ length: count }, (_, i) => term.reduce((p, path) => p * after(path, i), 1) - term.reduce((p, path) => p * before(path, i), 1))
    : null));
  const [low, high] = [outcome.ends[0] ?? -Infinity, outcome.ends[1] ?? Infinity];
  const start = Float64Array.from(outcome.samples, (v) => Math.min(high, Math.max(low, v))).sort();
  const moved = (weights: number[]) => {
    const values = Float64Array.from(outcome.samples);
    steps.forEach((step, k) => {
      const weight = weights[k]!;
      if (step && weight) for (let i = 0; i < count; i++) values[i]! += weight * step[i]!;
    });
    for (let i = 0; i < count; i++) values[i] = Math.min(high, Math.max(low, values[i]!));
    return values.sort();
  };
  const whole = outcome.terms.length ? moved(outcome.weights[0]!) : start;
  const change = quantiles.map((q) => quantile(whole, q) - quantile(start, q)) as [number, number, number];
  return { change, error: error(data, outcome, at, start, moved) };
}

/** Half width of an 80 % interval of the median: replicates, what the surface leaves, slopes that no term carries. */
function error(data: Estimate, outcome: Outcome, at: Map<string, number>, start: Float64Array, moved: (weights: number[]) => Float64Array): number {
  const middles = outcome.terms.length ? outcome.weights.slice(1).map((w) => quantile(moved(w), 0.5)) : [];
  const mean = middles.reduce((a, b) => a + b, 0) / Math.max(middles.length, 1);
  let variance = middles.length ? ((middles.length - 1) / middles.length) * middles.reduce((sum, m) => sum + (m - mean) ** 2, 0) : 0;
  const linear = new Set(outcome.terms.filter((term) => term.length === 1).map((term) => term[0]!));
  const touched = [...at].filter(([path]) => outcome.reads.includes(path));
  if (touched.length) variance += outcome.step ** 2 / 12;
  for (const [path, where] of touched) {
    variance += ((outcome.misfit[path] ?? 0) * where) ** 2 + (linear.has(path) ? 0 : ((outcome.noise[path] ?? 0) * where) ** 2);
  }
  const width = quantile(start, 0.9) - quantile(start, 0.1);
  return Math.max(data.student * Math.sqrt(variance), leastErrorFrac * width);
}

/** Whether an input moves any figure in its small runs. */
export function stirs(prepared: Prepared): boolean {
  return Object.values(prepared.outcomes).some((o) => o.misfit !== 0 || o.weights.some((line) => line.some((w) => w !== 0)));
}
