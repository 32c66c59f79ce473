import { graphql } from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { AppError } from '../../src/shared/errors.ts';
import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { newId } from '../../src/shared/ids.ts';

const project = encodeGlobalId('Project', newId());

/** The result of an operation that must not reach the domain. */
function run(source: string) {
  return graphql({ schema, source, contextValue: { viewer: { role: 'MEMBER' } } });
}

async function fieldsOf(source: string) {
  const [error] = (await run(source)).errors ?? [];
  return error?.originalError instanceof AppError ? error.originalError.fields : error;
}

describe('an id that is not of the type that it is for', () => {
  const aUser = 'This is not the id of a User.';
  const aTask = 'This is not the id of a Task.';

  test.each([
    [`{ task(id: "${project}") { id } }`, ['id'], aTask],
    [`{ task(id: "nothing") { id } }`, ['id'], aTask],
    [
      `{ tasks(filter: { or: [{}, { not: { assigneeId: "${project}" } }] }) { totalCount } }`,
      ['filter', 'or', 1, 'not', 'assigneeId'],
      aUser,
    ],
    [`mutation { deleteTasks(target: { ids: ["${project}"] }) { isApplied } }`, ['target', 'ids', 0], aTask],
    [`mutation { undo(changeId: "${project}") { changeId } }`, ['changeId'], 'This is not the id of a change.'],
    ['{ events(filter: { objectId: "nothing" }) { nodes { type } } }', ['filter', 'objectId'], 'This is not an id.'],
  ])('is refused with its path: %s', async (source, path, message) => {
    expect(await fieldsOf(source)).toEqual([{ path, message }]);
  });

  test('is the error of its field alone', async () => {
    const { data, errors } = await run(`{ me { role } task(id: "${project}") { id } }`);
    expect(data).toEqual({ me: { role: 'MEMBER' }, task: null });
    expect(errors).toHaveLength(1);
  });
});
