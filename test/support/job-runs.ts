import type { App } from '../../src/app.ts';

/** How often a job has ended so in this app, by its own metric. */
export async function jobRuns({ metrics }: Pick<App, 'metrics'>, job: string, outcome: string): Promise<number> {
  const metric = await metrics.getSingleMetric('errand_jobs_total')?.get();
  const found = metric?.values.find(({ labels }) => labels.job === job && labels.outcome === outcome);
  return found?.value ?? 0;
}
