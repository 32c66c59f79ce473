import type { App } from '../../src/app.ts';
import { scan, type Work, type WorkContext } from '../../src/domain/work/work.ts';

/** What scans and attempts have at hand, without a queue or a worker. */
export function workContext(app: App, signal = new AbortController().signal): WorkContext {
  return { app, requestId: 'a test', signal };
}

/** Scans now, as the schedule would. @returns how much was due. */
export function scanNow(app: App, work: Work<object>): Promise<number> {
  return scan(workContext(app), work);
}
