import { afterAll, beforeAll, expect, test } from 'vitest';
import { insertProject } from '../../support/insert-project.ts';
import { statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { read, runNow, upload } from '../../support/transfer-fixture.ts';

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

const tooLong = 'x'.repeat(501);

/** Rows that refer to all that rows can refer to; each tenth is refused. */
function file(rows: number, assignee: string): string {
  const row = (n: number) =>
    `${n},${n % 5 === 0 ? '' : n - 1},${n % 10 === 9 ? tooLong : `row ${n}`},"some notes",HIGH,"home,work",2027-01-05,${assignee},Home`;
  const header = 'id,parent,title,notes,priority,tags,due,assignee,project';
  return `${[header, ...Array.from({ length: rows }, (_, n) => row(n))].join('\n')}\n`;
}

async function emailOf({ viewer }: Person): Promise<string> {
  const { rows } = await test_.app.db.query('SELECT email FROM "user" WHERE id = $1', [viewer.userId]);
  return rows[0].email;
}

async function statementsOfImport(rows: number): Promise<number> {
  const { alice } = await test_.tenant();
  await insertProject(test_.app, alice, { name: 'Home', isPrivate: true });
  const { id } = await upload(test_, alice, { format: 'CSV', content: file(rows, await emailOf(alice)) });
  const statements = await statementsOf(() => runNow(test_, id));
  expect(await read(alice, id)).toMatchObject({ status: 'SUCCEEDED', done: rows, failed: rows / 10 });
  return statements.length;
}

test('an import takes as many statements for a step of 10 rows as for one of 200, and the same for each step', async () => {
  const few = await statementsOfImport(10);
  expect(await statementsOfImport(200)).toBe(few);
  const perStep = (await statementsOfImport(400)) - few;
  expect(perStep).toBeLessThanOrEqual(20);
  expect(await statementsOfImport(1_000)).toBe(few + 4 * perStep);
});
