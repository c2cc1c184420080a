const queue: (() => void)[] = [];

export function later(job: () => void): void {
  queue.push(job);
}

/** Runs what was put off, and forgets it. */
export function runJobs(): number {
  const jobs = queue.splice(0);
  for (const job of jobs) job();
  return jobs.length;
}
