import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeGlobalId, encodeGlobalId } from '../../../src/shared/global-id.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  CreateTaskDocument,
  RemoveProjectMemberDocument,
  UpdateProjectDocument,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
beforeAll(async () => {
  test_ = await createTestApp();
  tenant = await test_.tenant();
});
afterAll(() => test_[Symbol.asyncDispose]());

const idOf = ({ viewer }: Person) => encodeGlobalId('User', viewer.userId);

describe('while tasks are made and given to somebody, nobody is given one that they do not see', () => {
  type Closing = (projectId: string, maker: Person, other: Person) => Promise<unknown>;
  const closings: [string, { isPrivate: boolean }, Closing][] = [
    [
      'when the project becomes private',
      { isPrivate: false },
      (id, maker) => maker.run(UpdateProjectDocument, { input: { id, isPrivate: true } }),
    ],
    [
      'when they are removed from it',
      { isPrivate: true },
      (projectId, maker, other) => maker.run(RemoveProjectMemberDocument, { projectId, userId: idOf(other) }),
    ],
  ];
  const late = `SELECT later.id FROM event later JOIN event closing ON closing."objectId" = $1
    AND closing.type IN ('project.updated', 'project.memberRemoved') AND later.id > closing.id
    WHERE later.type LIKE 'task.%' AND later.after ->> 'projectId' = $1::text
      AND $2 IN (later."actorId"::text, later.after ->> 'assigneeId')`;

  test.each(closings)('%s', async (_, { isPrivate }, close) => {
    const [maker, other] = [await tenant.person('maker'), await tenant.person('other')];
    const assigneeId = idOf(other);
    const create = async (input: object, by = maker) =>
      (await by.run(CreateTaskDocument, { input: { title: 'a task', ...input } })).createTask.task.id;
    const outcomes = { accepted: 0, refused: 0 };
    for (let round = 0; round < 14; round += 1) {
      const projectId = await insertProject(test_.app, maker, { isPrivate, members: isPrivate ? [other] : [] });
      const [inside, outside] = [await create({ projectId }), await create({ assigneeId })];
      const calls: (() => Promise<unknown>)[] = [
        () => create({ projectId, assigneeId }),
        () => create({ projectId }, other),
        () => maker.run(UpdateTaskDocument, { input: { id: inside, assigneeId } }),
        () => other.run(UpdateTaskDocument, { input: { id: outside, projectId } }),
        () => create({ projectId, assigneeId }),
      ];
      // It comes before all of them, then with them, then when one, two, … of them have ended.
      const place = round % (calls.length + 2);
      const closing = () => close(projectId, maker, other);
      const first = place === 0 ? closing() : null;
      const running = calls.map((call) => call());
      const closed = first ?? Promise.allSettled(running.slice(0, place - 1)).then(closing);
      for (const { status } of await Promise.allSettled(running)) {
        outcomes[status === 'fulfilled' ? 'accepted' : 'refused'] += 1;
      }
      await closed;
      const seen = await other.run(`{ tasks(filter: { projectId: "${projectId}" }) { nodes { id } } }`);
      expect(seen).toEqual({ tasks: { nodes: [] } });
      const { rows } = await test_.app.db.query(late, [decodeGlobalId('Project', projectId, []), other.viewer.userId]);
      expect(rows).toEqual([]);
    }
    expect(outcomes.accepted).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  });
});
