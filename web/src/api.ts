// Talking to the server: requests, jobs that are followed to their end, and errors in words.

export type Finding = { problem: string; path?: string; file?: string; line?: number | null; nearest?: string; fix?: string };
export type Problem = { kind: string; message?: string; findings?: Finding[] };
export type Job<T> = { id: string; state: string; stage: string; done: number; of: number; headline: T | null; run: string | null; error: Problem | null };

export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message ?? problem.kind);
  }
}

const every = 100;

export async function ask<T>(path: string, method = "GET", body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  const answer = await fetch(path, { method, ...sent });
  const data = await answer.json();
  if (!answer.ok) throw new Refused(data.error ?? { kind: "refused", message: answer.statusText });
  return data as T;
}

/** Follows a job until it is over; `seen` gets every state on the way. */
export async function follow<T>(first: Job<T>, seen: (job: Job<T>) => void): Promise<Job<T>> {
  let job = first;
  while (job.state === "waiting" || job.state === "running") {
    seen(job);
    await new Promise((done) => setTimeout(done, every));
    job = await ask<Job<T>>(`/api/jobs/${job.id}`);
  }
  if (job.state === "failed") throw new Refused(job.error ?? { kind: "failed" });
  return job;
}
