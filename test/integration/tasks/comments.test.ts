import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { collect, reaches } from '../../support/deliveries.ts';
import { insertProject } from '../../support/insert-project.ts';
import { numberedHead, withQuickCheckpoints } from '../../support/log.ts';
import {
  CommentChangedDocument,
  CommentsDocument,
  CreateCommentDocument,
  CreateTaskDocument,
  DeleteCommentDocument,
  DeleteTaskDocument,
  EventCursorDocument,
  RemoveProjectMemberDocument,
  UndoDocument,
  UpdateCommentDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { statementsOf } from '../../support/statements.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let app: App;
let tenant: Tenant;
let alice: Person;
let bob: Person;
beforeAll(async () => {
  test_ = await createTestApp();
  app = withQuickCheckpoints(test_.app);
  tenant = await test_.tenant();
  alice = createPerson(app, tenant.alice.viewer);
  bob = createPerson(app, (await tenant.person('bob')).viewer);
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

const idOf = (person: Person) => encodeGlobalId('User', person.viewer.userId);

/** A task of Alice's that Bob is to do. */
async function newTask(): Promise<string> {
  const input = { title: 'a task', assigneeId: idOf(bob) };
  return (await alice.run(CreateTaskDocument, { input })).createTask.task.id;
}

const say = async (taskId: string, text: string, person = alice) =>
  (await person.run(CreateCommentDocument, { input: { taskId, text } })).createComment;
const commentsOf = async (taskId: string, page: object = {}, person = alice) =>
  (await person.run(CommentsDocument, { taskId, ...page })).task.comments;
const textsOf = async (taskId: string, page: object = {}) =>
  (await commentsOf(taskId, page)).nodes.map(({ text }) => text);

describe('comments', () => {
  test('are seen by those who see the task, the oldest first, in pages', async () => {
    const taskId = await newTask();
    for (const [n, person] of [alice, bob, alice].entries()) await say(taskId, `said ${n}`, person);
    expect(await textsOf(taskId)).toEqual(['said 0', 'said 1', 'said 2']);
    const { nodes, pageInfo } = await commentsOf(taskId, { first: 2 }, bob);
    expect(nodes).toMatchObject([
      { text: 'said 0', version: 1, editedAt: null, author: { id: idOf(alice) } },
      { text: 'said 1', author: { id: idOf(bob) } },
    ]);
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
    expect(await textsOf(taskId, { first: 2, after: pageInfo.endCursor })).toEqual(['said 2']);
    expect(await textsOf(taskId, { last: 2 })).toEqual(['said 1', 'said 2']);
    expect(await textsOf(taskId, { last: 2, before: pageInfo.endCursor })).toEqual(['said 0']);
  });

  test.each(['', '   ', 'x'.repeat(10_001)])('have 1 to 10,000 characters (%#)', async (text) => {
    const taskId = await newTask();
    const error = await alice.refused(CreateCommentDocument, { input: { taskId, text } });
    expect(error.fields?.[0]?.path).toEqual(['input', 'text']);
    expect(await textsOf(taskId)).toEqual([]);
  });

  test('are not said about a task in the trash, nor by who may only read', async () => {
    const taskId = await newTask();
    await alice.run(DeleteTaskDocument, { id: taskId });
    expect((await alice.refused(CreateCommentDocument, { input: { taskId, text: 'late' } })).code).toBe('CONFLICT');
    const vera = await tenant.person('vera', 'VIEWER');
    expect((await vera.refused(CreateCommentDocument, { input: { taskId, text: 'no' } })).code).toBe('FORBIDDEN');
  });

  test('said twice with one idempotency key are said once', async () => {
    const taskId = await newTask();
    const variables = { input: { taskId, text: 'once' }, idempotencyKey: taskId };
    const first = await alice.run(CreateCommentDocument, variables);
    expect(await alice.run(CreateCommentDocument, variables)).toEqual(first);
    expect(await textsOf(taskId)).toEqual(['once']);
  });

  test('are changed by their author alone, at the version they expect', async () => {
    const taskId = await newTask();
    const { id } = (await say(taskId, 'first')).comment;
    expect((await bob.refused(UpdateCommentDocument, { input: { id, text: 'mine' } })).code).toBe('FORBIDDEN');
    const { updateComment } = await alice.run(UpdateCommentDocument, { input: { id, text: 'second' } });
    expect(updateComment.comment).toMatchObject({ text: 'second', version: 2 });
    expect(updateComment.comment.editedAt).not.toBeNull();
    const stale = { input: { id, text: 'third', expectedVersion: 1 } };
    expect((await alice.refused(UpdateCommentDocument, stale)).code).toBe('PRECONDITION_FAILED');
    const same = await alice.run(UpdateCommentDocument, { input: { id, text: 'second' } });
    expect(same.updateComment.comment.version).toBe(2);
  });

  test('are deleted by their author or by an admin who sees the task', async () => {
    const taskId = await newTask();
    const carol = await tenant.person('carol', 'ADMIN');
    const { id } = (await say(taskId, 'by alice')).comment;
    expect((await bob.refused(DeleteCommentDocument, { id })).message).toContain('comment:moderate');
    expect((await carol.refused(DeleteCommentDocument, { id })).code).toBe('NOT_FOUND');
    const own = (await say(taskId, 'by bob', bob)).comment.id;
    await alice.run(DeleteCommentDocument, { id: own });
    await alice.run(DeleteCommentDocument, { id });
    expect(await textsOf(taskId)).toEqual([]);
    expect((await alice.refused(DeleteCommentDocument, { id })).code).toBe('NOT_FOUND');
    expect((await alice.refused('query ($id: ID!) { node(id: $id) { id } }', { id })).code).toBe('NOT_FOUND');
  });

  test('come and go by undo', async () => {
    const taskId = await newTask();
    const said = await say(taskId, 'first');
    const { id } = said.comment;
    const { updateComment } = await alice.run(UpdateCommentDocument, { input: { id, text: 'second' } });
    expect((await alice.refused(UndoDocument, { changeId: said.changeId })).code).toBe('CONFLICT');
    await alice.run(UndoDocument, { changeId: updateComment.changeId });
    expect((await commentsOf(taskId)).nodes).toMatchObject([{ text: 'first', version: 3, editedAt: null }]);
    const { deleteComment } = await alice.run(DeleteCommentDocument, { id });
    const { undo } = await alice.run(UndoDocument, { changeId: deleteComment.changeId });
    expect(await textsOf(taskId)).toEqual(['first']);
    await alice.run(UndoDocument, { changeId: undo.changeId });
    expect(await textsOf(taskId)).toEqual([]);
  });

  test('at once are all kept, and searched', async () => {
    const taskId = await newTask();
    const said = ['apples', 'pears', 'plums', 'grapes'];
    await Promise.all(said.map((text, n) => say(taskId, text, n % 2 ? alice : bob)));
    expect((await textsOf(taskId)).toSorted()).toEqual(said.toSorted());
    const uuid = Buffer.from(taskId, 'base64url').toString().split(':')[1];
    const words = 'SELECT tsvector_to_array("commentWords") AS words FROM task WHERE id = $1';
    const { rows } = await test_.app.db.query<{ words: string[] }>(words, [uuid]);
    expect(rows[0]?.words.toSorted()).toEqual(said.toSorted());
  });

  test('of a page of tasks are one statement', async () => {
    const { alice: owner } = await test_.tenant();
    for (let n = 0; n < 3; n += 1) {
      const { createTask } = await owner.run(CreateTaskDocument, { input: { title: 'a task' } });
      await say(createTask.task.id, 'said', owner);
    }
    const query = '{ tasks { nodes { comments(first: 5) { nodes { text author { name } } } } } }';
    const names = (await statementsOf(() => owner.run(query))).map(({ name }) => name.replace(/-[0-9a-f]{40}$/, ''));
    expect(names).toEqual(['tasks', 'comments', 'SELECT user']);
  });
});

describe('a subscription to the comments on a task', () => {
  type Item = { __typename: string; cursor: string };
  async function follow(person: Person, taskId: string, after?: string) {
    const source = await person.subscribe(CommentChangedDocument, { taskId, after });
    const items: AsyncIterableIterator<Item> = {
      [Symbol.asyncIterator]() {
        return this;
      },
      next: async () => {
        const step = await source.next();
        return step.done ? step : { done: false, value: step.value.commentChanged };
      },
      return: async () => {
        await source.return?.();
        return { done: true, value: undefined };
      },
    };
    return collect(items);
  }

  async function allOf(live: Awaited<ReturnType<typeof follow>>) {
    const items = await live.until(reaches(await numberedHead(app)));
    return items.filter(({ __typename }) => __typename !== 'StreamCheckpoint');
  }

  test('delivers what is said, changed, deleted and restored there, and nothing of other tasks', async () => {
    const [taskId, other] = [await newTask(), await newTask()];
    await numberedHead(app);
    await using live = await follow(bob, taskId);
    await live.until((items) => items.length > 0);
    const { id } = (await say(taskId, 'hello')).comment;
    await say(other, 'elsewhere');
    await alice.run(UpdateCommentDocument, { input: { id, text: 'hello!' } });
    const { deleteComment } = await alice.run(DeleteCommentDocument, { id });
    await alice.run(UndoDocument, { changeId: deleteComment.changeId });
    expect(await allOf(live)).toMatchObject([
      { __typename: 'StreamReady' },
      { kind: 'CREATED', commentId: id, comment: { text: 'hello' } },
      { kind: 'UPDATED', commentId: id, comment: { text: 'hello!' } },
      { kind: 'DELETED', commentId: id, comment: null },
      { kind: 'RESTORED', commentId: id, comment: { text: 'hello!' } },
    ]);
  });

  test('resumes behind a cursor with nothing missed and nothing twice', async () => {
    const taskId = await newTask();
    const { eventCursor } = await alice.run(EventCursorDocument, {});
    await say(taskId, 'one');
    await say(taskId, 'two');
    await numberedHead(app);
    await using first = await follow(alice, taskId, eventCursor);
    const seen = await first.until((items) => items.some((item) => 'kind' in item));
    const cursor = seen.find((item) => 'kind' in item)?.cursor;
    await using second = await follow(alice, taskId, cursor);
    expect(await allOf(second)).toMatchObject([{ __typename: 'StreamReady' }, { comment: { text: 'two' } }]);
  });

  test('goes on over a time in which the task was not seen', async () => {
    const taskId = await newTask();
    const after = await numberedHead(app);
    await alice.run(UpdateTaskDocument, { input: { id: taskId, assigneeId: null } });
    await alice.run(UpdateTaskDocument, { input: { id: taskId, assigneeId: idOf(bob) } });
    await say(taskId, 'back again');
    await using live = await follow(bob, taskId, after);
    expect(await allOf(live)).toMatchObject([{ __typename: 'StreamReady' }, { comment: { text: 'back again' } }]);
  });

  test('ends when the task is given to somebody else', async () => {
    const taskId = await newTask();
    await using live = await follow(bob, taskId);
    await live.until((items) => items.length > 0);
    await alice.run(UpdateTaskDocument, { input: { id: taskId, assigneeId: null } });
    await say(taskId, 'not for bob');
    await live.until((items) => items.at(-1)?.__typename === 'TaskLeft');
    await expect(live.until((items) => items.at(-1)?.__typename === 'CommentChanged')).rejects.toThrow('ended');
  });

  test('ends when the task goes into a project that is not seen', async () => {
    const projectId = await insertProject(test_.app, alice, { isPrivate: true });
    const taskId = await newTask();
    await using live = await follow(bob, taskId);
    await live.until((items) => items.length > 0);
    await alice.run(UpdateTaskDocument, { input: { id: taskId, assigneeId: null, projectId } });
    await live.until((items) => items.at(-1)?.__typename === 'TaskLeft');
  });

  test('ends when the watcher is removed from the project', async () => {
    const projectId = await insertProject(test_.app, alice, { isPrivate: true, members: [bob] });
    const { createTask } = await alice.run(CreateTaskDocument, { input: { title: 'inside', projectId } });
    await using live = await follow(bob, createTask.task.id);
    await live.until((items) => items.length > 0);
    await alice.run(RemoveProjectMemberDocument, { projectId, userId: idOf(bob) });
    await live.until((items) => items.at(-1)?.__typename === 'TaskLeft');
  });
});
