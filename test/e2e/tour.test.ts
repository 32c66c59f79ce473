import { describe, expect, test } from 'vitest';
import { spawnErrand, spawnProgram } from '../support/process.ts';
import { hasRedis, startRedis } from '../support/redis.ts';
import { createStartedHome } from '../support/started-home.ts';

/** What the tour must have shown, in the words of the log. */
const shown = [
  'TASK_CREATED  Water the plants',
  'REMINDER_CREATED',
  'TASK_CREATED  Buy milk',
  'EXECUTION_SUCCEEDED',
  'REMINDER_SENT',
];

async function takeTour(env: Record<string, string>) {
  await using home = await createStartedHome();
  const settings = { ...env, ERRAND_HOME: home.path, PORT: '0', LOG_LEVEL: 'warn' };
  await using server = spawnErrand('start', { env: settings });
  const { url } = await server.ready();
  const graphql = new URL('/graphql', url).href;
  await using tour = spawnProgram(process.execPath, ['scripts/tour.js', graphql], { env: { ERRAND_HOME: home.path } });
  const { code } = await tour.ended;
  return { code, printed: tour.stdout, complaints: tour.stderr };
}

describe('the tour of the README', () => {
  test('shows a task, a reminder, a sentence and an execution in one subscription', async () => {
    const { code, printed, complaints } = await takeTour({});
    expect(complaints).toBe('');
    expect(code).toBe(0);
    for (const line of shown) expect(printed).toContain(line);
  });

  test.skipIf(!hasRedis)('does the same with its queues and hints in Redis', async () => {
    await using redis = await startRedis();
    const { code, printed } = await takeTour({ REDIS_URL: redis.url });
    expect(code).toBe(0);
    for (const line of shown) expect(printed).toContain(line);
  });
});
