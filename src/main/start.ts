import { loadConfig } from '../config/load.ts';
import { openDatabase } from './database.ts';
import { readOptions } from './options.ts';
import { type Io, runProgram } from './run.ts';

await runProgram(start);

/** Runs everything in one process, including PostgreSQL unless DATABASE_URL is set. */
async function start(io: Io): Promise<void> {
  if (!readOptions({ usage: 'npm start', about: 'Runs Errand: API, live subscriptions and background work.' })) return;
  const config = loadConfig();
  // Loading the server takes about as long as starting PostgreSQL, so both happen at once.
  const server = import('./serve.ts');
  await using database = await openDatabase(config, io);
  const { serve } = await server;
  io.stopping.throwIfAborted();
  await serve(database.config, io);
}
