import { parseArgs } from 'node:util';
import { hasRedis } from '../support/redis.ts';
import { hasPooler } from './pooler.ts';
import { runScenario } from './run-scenario.ts';
import { labelOf, type Scenario, scenarios } from './scenarios.ts';
import { formatVerdict, heading } from './table.ts';
import { isClean } from './verdict.ts';

/*
 * `npm run chaos` runs every scenario, `npm run chaos -- <name> …` those named (`<name>@redis` only on that backend).
 * `--seed` repeats a run. The exit code tells whether anything was lost or came twice.
 */
const { values, positionals } = parseArgs({
  options: { seed: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const unknown = positionals.filter((asked) => !scenarios.some((one) => isAsked(one, [asked])));
if (unknown.length > 0) {
  process.stderr.write(`No such scenario: ${unknown.join(', ')}. Scenarios: ${scenarios.map(labelOf).join(', ')}\n`);
  process.exit(2);
}

let isAllClean = true;
process.stdout.write(`${heading}\n`);
for (const scenario of scenarios.filter((one) => positionals.length === 0 || isAsked(one, positionals))) {
  if (isImpossible(scenario)) {
    process.stdout.write(`| ${labelOf(scenario)} | SKIPPED: what it needs is not installed |\n`);
    continue;
  }
  const verdict = await runScenario(scenario, Number(values.seed));
  isAllClean &&= isClean(verdict);
  process.stdout.write(`${formatVerdict(labelOf(scenario), verdict)}\n`);
}
process.exit(isAllClean ? 0 : 1);

function isAsked(scenario: Scenario, names: readonly string[]): boolean {
  return names.includes(scenario.name) || names.includes(labelOf(scenario));
}

function isImpossible({ backend, hasPooler: needsPooler }: Scenario): boolean {
  return (backend === 'redis' && !hasRedis) || (needsPooler === true && !hasPooler);
}
