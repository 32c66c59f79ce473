import { createApp } from '../app.ts';
import type { RunConfig } from '../config/config.ts';
import { startWorkers } from '../jobs/runner.ts';
import { startHttp } from '../server/http.ts';
import { ensureOwnerToken } from './owner.ts';
import { type Io, untilStopped } from './run.ts';
import { embeddedWelcome, externalWelcome } from './welcome.ts';

/** API and background work, until the program is told to stop. What was opened last is closed first. */
export async function serve(config: RunConfig, io: Io): Promise<void> {
  await using app = createApp(config);
  const token = config.mode === 'embedded' ? await ensureOwnerToken(app) : null;
  await using workers = await startWorkers(app);
  await using http = await startHttp(app, { workers });
  const running = { config, url: http.url };
  io.report(token ? embeddedWelcome({ ...running, token }) : externalWelcome(running));
  await untilStopped(io.stopping);
}
