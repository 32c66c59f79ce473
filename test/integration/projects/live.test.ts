import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../../../src/app.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import { collect, reaches } from '../../support/deliveries.ts';
import { numberedHead } from '../../support/log.ts';
import {
  AddProjectMemberDocument,
  CreateProjectDocument,
  CreateTaskDocument,
  RemoveProjectMemberDocument,
  TaskChangedDocument,
} from '../../support/operations.ts';
import { createPerson, createTestApp, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

test('who is removed from a private project hears of no later task in it, also in another process and on resume', async () => {
  const { alice, person } = await test_.tenant();
  const { viewer } = await person('bob');
  await using elsewhere = createApp(test_.app.config);
  const bob = createPerson(elsewhere, viewer);
  const input = { name: 'secret', isPrivate: true };
  const projectId = (await alice.run(CreateProjectDocument, { input })).createProject.project.id;
  const member = { projectId, userId: encodeGlobalId('User', viewer.userId) };
  await alice.run(AddProjectMemberDocument, member);
  const after = await numberedHead(test_.app);
  const subscribe = async () => collect(await bob.subscribe(TaskChangedDocument, { after }));
  await using live = await subscribe();
  await alice.run(CreateTaskDocument, { input: { title: 'before', projectId } });
  await live.until((items) => JSON.stringify(items).includes('before'));
  await alice.run(RemoveProjectMemberDocument, member);
  await live.until((items) => items.some(({ taskChanged }) => taskChanged.__typename === 'StreamResync'));
  await alice.run(CreateTaskDocument, { input: { title: 'behind', projectId } });
  await bob.run(CreateTaskDocument, { input: { title: 'own' } });
  const head = await numberedHead(test_.app);
  await live.until((items) => reaches(head)(items.map(({ taskChanged }) => taskChanged)));
  await using resumed = await subscribe();
  await resumed.until((items) => reaches(head)(items.map(({ taskChanged }) => taskChanged)));
  expect(JSON.stringify(live.items)).not.toContain('behind');
  expect(JSON.stringify(resumed.items)).not.toMatch(/before|behind/);
});
