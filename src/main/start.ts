import { createApp } from '../app.ts';
import { loadConfig } from '../config/load.ts';
import { startWorkers } from '../jobs/runner.ts';
import { startHttp } from '../server/http.ts';
import { openDatabase } from './database.ts';
import { disposable } from './disposable.ts';
import { readOptions } from './options.ts';
import { ensureOwnerToken } from './owner.ts';
import { type Io, runProgram, untilStopped } from './run.ts';
import { embeddedWelcome, externalWelcome } from './welcome.ts';

await runProgram(start);

/** Everything in one process. What is opened last is closed first: requests, jobs, the app, PostgreSQL. */
async function start(io: Io): Promise<void> {
  if (!readOptions({ usage: 'npm start', about: 'Runs Errand: API, live subscriptions and background work.' })) return;
  await using database = await openDatabase(loadConfig(), io);
  io.stopping.throwIfAborted();
  await using app = createApp(database.config);
  const token = app.config.mode === 'embedded' ? await ensureOwnerToken(app) : null;
  await using _workers = await startWorkers(app);
  await using http = disposable(await startHttp(app));
  const running = { config: app.config, url: http.url };
  io.report(token ? embeddedWelcome({ ...running, token }) : externalWelcome(running));
  await untilStopped(io.stopping);
}
