// Talking to the server: requests, jobs that are followed to their end by its events, and errors in words.

export type Finding = { problem: string; path?: string; file?: string; line?: number | null; nearest?: string; fix?: string };
export type Problem = { kind: string; message?: string; findings?: Finding[] };
export type Job<T> = {
  id: string; state: string; stage: string; done: number; of: number; headline: T | null; run: string | null; error: Problem | null; sets: string[];
  found: Record<string, any> | null;
};

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message ?? problem.kind);
  }
}

export async function ask<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(path, { method, ...sent });
  const data = await answer.json();
  if (!answer.ok) throw new Refused(data.error ?? { kind: "refused", message: answer.statusText });
  return data as T;
}

const open = (job: Job<unknown>) => job.state === "waiting" || job.state === "running";

/** Follows a job until it is over; `seen` gets every state on the way. */
export async function follow<T>(first: Job<T>, seen: (job: Job<T>) => void): Promise<Job<T>> {
  const last = open(first) ? await told<T>(first.id, seen) : first;
  if (last.state === "failed") throw new Refused(last.error ?? { kind: "failed" });
  return last;
}

function told<T>(id: string, seen: (job: Job<T>) => void): Promise<Job<T>> {
  return new Promise((done, failed) => {
    const source = new EventSource(`/api/jobs/${id}/events`);
    let misses = 0;
    source.onmessage = (event) => {
      misses = 0;
      const job = JSON.parse(event.data as string) as Job<T>;
      if (open(job)) return seen(job);
      source.close();
      done(job);
    };
    source.onerror = () => {
      misses += 1;
      if (source.readyState !== EventSource.CLOSED && misses < 4) return;
      source.close();
      failed(new Error("no answer"));
    };
  });
}
