import { expect, test } from 'vitest';
import { startWorkers } from '../../../src/jobs/runner.ts';
import { startHttp } from '../../../src/server/http.ts';
import { statementsOfAll } from '../../support/statements.ts';
import { createTestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';

test('a process without requests looks for due work by one statement a second, and sends few others', async () => {
  await using test_ = await createTestApp();
  await using workers = await startWorkers(test_.app);
  const http = await startHttp(test_.app, { workers });
  const looks = (sent: readonly { name: string }[]) => sent.filter(({ name }) => name === 'due-handlers').length;
  // By then, every part has started, and the workers of all queues wait for notifications.
  await statementsOfAll((sent) => until(() => looks(sent) === 3));
  const statements = await statementsOfAll((sent) => until(() => looks(sent) === 8));
  await http[Symbol.asyncDispose]();
  const names = new Set(statements.map(({ name }) => name));
  expect([...names].filter((name) => /take-due|find-|recurrences-to/.test(name))).toEqual([]);
  expect(statements.length / looks(statements)).toBeLessThan(10);
});
