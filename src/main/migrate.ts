import { loadConfig } from '../config/load.ts';
import { startEmbeddedPostgres } from '../infra/postgres/embedded.ts';
import { migrate } from '../infra/postgres/migrate.ts';
import { readOptions } from './options.ts';
import { type Io, runProgram } from './run.ts';

await runProgram(bringUpToDate);

/** Applies pending migrations. Safe to run repeatedly and by several processes at once. */
async function bringUpToDate(io: Io): Promise<void> {
  if (!readOptions({ usage: 'npm run migrate', about: 'Applies the migrations of this version to the database.' }))
    return;
  const config = loadConfig();
  if (config.database) return reportApplied(io, await migrate(config.database));
  await using postgres = await startEmbeddedPostgres({ ...config, report: io.report });
  io.beforeForcedExit(postgres.abandon);
  reportApplied(io, await migrate(postgres.database));
}

function reportApplied(io: Io, names: string[]): void {
  for (const name of names) io.report(`Applied ${name}`);
  io.report('The database is up to date.');
}
