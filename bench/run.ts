import { openWorld } from './harness/world.ts';
import { isMet, type Outcome, type Row } from './row.ts';
import { rows } from './rows.ts';
import { formatTable } from './table.ts';

/** `npm run bench` runs every row, `npm run bench -- <row> …` those named. The exit code tells whether every goal was met. */
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !rows.some((row) => row.name === name));
if (unknown.length > 0) {
  process.stderr.write(`No such row: ${unknown.join(', ')}. Rows: ${rows.map((row) => row.name).join(', ')}\n`);
  process.exit(2);
}

const interrupted = new AbortController();
process.on('SIGINT', () => interrupted.abort());
process.on('SIGTERM', () => interrupted.abort());

const results = await measureAll(asked.length ? rows.filter((row) => asked.includes(row.name)) : rows);
process.stdout.write(`\n${formatTable(results)}\n`);
process.exitCode = results.some(({ row, outcome }) => isMet(row.goal, outcome) === false) ? 1 : 0;

async function measureAll(wanted: readonly Row[]): Promise<{ row: Row; outcome: Outcome }[]> {
  const measured: { row: Row; outcome: Outcome }[] = [];
  await using world = await openWorld();
  for (const row of wanted) {
    if (interrupted.signal.aborted) break;
    process.stderr.write(`${row.name} …\n`);
    measured.push({ row, outcome: await row.run(world).catch(failed) });
  }
  return measured;
}

/** One row's failure leaves the others their place in the table. */
function failed(error: unknown): Outcome {
  return { kind: 'failed', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}
