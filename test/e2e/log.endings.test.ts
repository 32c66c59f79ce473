import { expect, test } from 'vitest';
import { spawnProgram } from '../support/process.ts';

/** A process that writes so many lines, fewer and more than are written at once, and then ends. */
function logging(lines: number, ending: string) {
  const script = `
    import { createLogger } from './dist/infra/log/logger.js';
    const log = createLogger({ log: { level: 'info' } });
    for (let line = 1; line <= ${lines}; line += 1) log.info({ line }, 'request');
    ${ending}`;
  return spawnProgram(process.execPath, ['--input-type=module', '-e', script], {});
}

const endings = [
  ['returns', '', 0],
  ['exits', 'process.exit(3)', 3],
  ['throws', `throw new Error('fatal')`, 1],
  ['rejects', `Promise.reject(new Error('fatal'))`, 1],
] as const;
const cases = [3, 1_000].flatMap((lines) => endings.map((ending) => [lines, ...ending] as const));

test.concurrent.each(cases)('%i lines are all written when the process %s', async (lines, _ends, ending, code) => {
  await using program = logging(lines, ending);
  expect(await program.ended).toEqual({ code, signal: null });
  const written = program.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).line);
  expect(written).toEqual(Array.from({ length: lines }, (_, index) => index + 1));
});

test('a line is written while the process goes on', async () => {
  await using program = logging(1, 'setInterval(() => {}, 1_000)');
  await expect.poll(() => program.stdout).toContain('"line":1');
});

test('a process whose output nobody reads exits as it should', async () => {
  await using program = logging(3, 'setTimeout(() => { log.info("last"); process.exit(0); }, 500)');
  program.leaveOutput();
  expect(await program.ended).toEqual({ code: 0, signal: null });
});
