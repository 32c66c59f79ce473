import { executionWork } from '../../src/domain/executions/work.ts';
import { read, runNow, uuidOf } from './execution-fixture.ts';
import type { Person, TestApp } from './test-app.ts';
import { until } from './until.ts';
import { scanNow } from './work.ts';

/** Ends the lease of an execution, as if its time were over. */
export function expire({ app }: Pick<TestApp, 'app'>, id: string) {
  const text = `UPDATE execution SET "leaseExpiresAt" = clock_timestamp() - interval '1 second'
    WHERE id = $1 AND status = 'RUNNING'`;
  return app.db.query(text, [uuidOf(id)]);
}

/** What a scan finds when the holder does not renew: the lease is taken as if its time were over. It may renew between. */
export async function loseLease(test_: Pick<TestApp, 'app'>, person: Person, id: string): Promise<void> {
  await until(async () => {
    await expire(test_, id);
    await scanNow(test_.app, executionWork);
    return (await read(person, id)).status === 'QUEUED';
  });
}

/** Runs an execution whose worker is lost as soon as `isUnderWay`; what it does then is refused. */
export async function runAndLose(
  test_: Pick<TestApp, 'app'>,
  person: Person,
  { id, isUnderWay }: { id: string; isUnderWay: () => boolean },
): Promise<void> {
  const lost = runNow(test_, id);
  await until(isUnderWay, { what: 'a step to be under way' });
  await loseLease(test_, person, id);
  await lost;
}
