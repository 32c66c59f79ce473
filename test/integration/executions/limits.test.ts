import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AppError } from '../../../src/shared/errors.ts';
import { noop, submit } from '../../support/execution-fixture.ts';
import { SubmitExecutionDocument } from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp, testConfig } from '../../support/test-app.ts';

/** The least that can be configured. */
const queuedExecutions = 100;

let test_: TestApp;
let tenant: Tenant;
let oscar: Person;
beforeAll(async () => {
  test_ = await createTestApp({ limits: { ...testConfig('postgres://localhost/unused').limits, queuedExecutions } });
  tenant = await test_.tenant();
  oscar = await tenant.person('oscar', 'OPERATOR');
});
afterAll(() => test_[Symbol.asyncDispose]());

const input = (priority?: number, seconds = 0) => ({
  plan: { steps: [{ name: 'a', type: 'wait', input: { seconds }, ...(seconds && { timeoutSeconds: seconds }) }] },
  allowDuplicate: true,
  priority,
});

test('an urgent priority needs a permission, unless the plan has it by default', async () => {
  expect(await oscar.refused(SubmitExecutionDocument, { input: input(3, 60) })).toMatchObject({
    code: 'FORBIDDEN',
    message: expect.stringContaining('execution:prioritize'),
  });
  await oscar.run(SubmitExecutionDocument, { input: input(4, 60) });
  await oscar.run(SubmitExecutionDocument, { input: input(1) });
  const adam = await tenant.person('adam', 'ADMIN');
  await adam.run(SubmitExecutionDocument, { input: input(1, 60) });
});

test('a tenant whose queue is full is told so, and others are not', async () => {
  const refusals: string[] = [];
  let accepted = 0;
  for (let n = 0; n < 3 * queuedExecutions; n += 1) {
    const { errors } = await oscar.answer(SubmitExecutionDocument, { input: input() });
    if (!errors) accepted += 1;
    for (const { message, originalError } of errors ?? [])
      refusals.push(`${(originalError as AppError).code} ${message}`);
  }
  // Submissions are counted a hundred at a time.
  expect(accepted).toBeLessThanOrEqual(2 * queuedExecutions);
  expect(new Set(refusals)).toEqual(
    new Set([expect.stringMatching(/^RATE_LIMITED A tenant can have at most 100 executions/)]),
  );
  await submit((await test_.tenant()).alice, [noop('a')]);
  await test_.app.db.query(`DELETE FROM execution WHERE "tenantId" = $1`, [tenant.id]);
  await submit(oscar, [noop('a')]);
});
