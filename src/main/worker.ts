import { createApp } from '../app.ts';
import { startWorkers } from '../jobs/runner.ts';
import { openDatabase } from './database.ts';
import { loadSharedConfig } from './load-shared-config.ts';
import { readOptions } from './options.ts';
import { type Io, runProgram, untilStopped } from './run.ts';

await runProgram(worker);

/** Runs only background work and does not listen. Any number of workers may run. */
async function worker(io: Io): Promise<void> {
  if (!readOptions({ usage: 'npm run worker', about: 'Runs background work, without the API.' })) return;
  await using database = await openDatabase(loadSharedConfig('npm run worker'), io);
  await using app = createApp(database.config);
  await using _workers = await startWorkers(app);
  io.report('The Errand worker is running. Ctrl-C stops it.');
  await untilStopped(io.stopping);
}
