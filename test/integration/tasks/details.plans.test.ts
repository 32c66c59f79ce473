import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import {
  CommentsDocument,
  CompleteTaskDocument,
  CreateCommentDocument,
  CreateTaskDocument,
  FamilyDocument,
  TagsDocument,
  UpdateCommentDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { plansOf } from '../../support/plans.ts';
import { type Statement, statementsOf } from '../../support/statements.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let alice: Person;
/** One of 10,000 tasks with nine subtasks and five comments each. */
let taskId: string;
beforeAll(async () => {
  test_ = await createTestApp();
  const tenant = await test_.tenant();
  alice = tenant.alice;
  const { db } = test_.app;
  const owner = [tenant.id, alice.viewer.userId];
  const insert = `INSERT INTO task (id, "tenantId", "creatorId", "parentId", title, status, priority, tags, version, "createdAt", "updatedAt")
    SELECT gen_random_uuid(), $1, $2, parent.id, 'task ' || n, 'ACTIVE', 'MEDIUM', ARRAY['tag' || n % 20], 1, now(), now()`;
  await db.query(`${insert} FROM generate_series(1, 10000) n, (SELECT NULL::uuid) parent(id)`, owner);
  await db.query(`${insert} FROM generate_series(1, 9) n, task parent`, owner);
  await db.query(
    `INSERT INTO comment (id, "tenantId", "taskId", "authorId", text, version, "createdAt")
     SELECT gen_random_uuid(), $1, id, $2, 'said', 1, now() FROM task, generate_series(1, 5) WHERE "parentId" IS NULL`,
    owner,
  );
  await db.query('VACUUM ANALYZE task, comment');
  const { rows } = await db.query<{ id: string }>('SELECT id FROM task WHERE "parentId" IS NULL LIMIT 1');
  taskId = encodeGlobalId('Task', rows[0]?.id ?? '');
});
afterAll(() => test_[Symbol.asyncDispose]());

const refused = () => alice.refused(CompleteTaskDocument, { id: taskId });
const add = () => alice.run(CreateTaskDocument, { input: { title: 'part', parentId: taskId } });
const free = () => alice.run(UpdateTaskDocument, { input: { id: taskId, parentId: null } });
const say = () => alice.run(CreateCommentDocument, { input: { taskId, text: 'said' } });
const change = async () => {
  const { id } = (await say()).createComment.comment;
  return alice.run(UpdateCommentDocument, { input: { id, text: 'meant' } });
};
const look = () => alice.run(FamilyDocument, { id: taskId });

test.each([
  ['completing a task with subtasks', refused, ['lock-family', 'newcomers']],
  ['adding a subtask', add, ['lock-family']],
  ['moving a task', free, ['lock-family', 'newcomers']],
  ['a family', look, ['subtasks', 'count-subtasks']],
  ['a page of comments', () => alice.run(CommentsDocument, { taskId, first: 5 }), ['comments']],
  ['saying something', say, ['add-comment-words']],
  ['changing what was said', change, ['collect-comment-words']],
  ['the tags', () => alice.run(TagsDocument, {}), ['SELECT']],
])('among 100,000 tasks, %s reads by indexes', async (_, work, names) => {
  const statements = await statementsOf(work);
  for (const name of names) {
    const statement = statements.find((sent) => sent.name === name);
    expect(statement, name).toBeDefined();
    for (const plan of await plansOf(test_.app.db, statement as Statement))
      expect(plan).not.toMatch(/Seq Scan on (task|comment)/);
  }
});
