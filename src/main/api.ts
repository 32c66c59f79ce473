import { createApp } from '../app.ts';
import { startHttp } from '../server/http.ts';
import { openDatabase } from './database.ts';
import { loadSharedConfig } from './load-shared-config.ts';
import { readOptions } from './options.ts';
import { type Io, runProgram, untilStopped } from './run.ts';
import { externalWelcome } from './welcome.ts';

await runProgram(api);

/** Runs only the API; `npm run worker` does the background work. */
async function api(io: Io): Promise<void> {
  if (
    !readOptions({ usage: 'npm run api', about: 'Runs the API and its live subscriptions, without background work.' })
  )
    return;
  await using database = await openDatabase(loadSharedConfig('npm run api'), io);
  await using app = createApp(database.config);
  await using http = await startHttp(app);
  io.report(externalWelcome({ config: app.config, url: http.url }));
  await untilStopped(io.stopping);
}
