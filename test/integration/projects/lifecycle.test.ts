import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decodeGlobalId, encodeGlobalId } from '../../../src/shared/global-id.ts';
import { newId } from '../../../src/shared/ids.ts';
import { insertProject } from '../../support/insert-project.ts';
import {
  AddProjectMemberDocument,
  ArchiveProjectDocument,
  CreateProjectDocument,
  type CreateProjectInput,
  CreateTaskDocument,
  DeleteProjectDocument,
  DeleteTaskDocument,
  ProjectDocument,
  ProjectsDocument,
  RemoveProjectMemberDocument,
  RestoreProjectDocument,
  UpdateProjectDocument,
  type UpdateProjectInput,
  UpdateTaskDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';

let test_: TestApp;
let tenant: Tenant;
let alice: Person;
let bob: Person;
let carol: Person;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());
beforeEach(async () => {
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
  [bob, carol] = [await tenant.person('bob'), await tenant.person('carol')];
});

const idOf = ({ viewer }: Person) => encodeGlobalId('User', viewer.userId);
const make = async (input: CreateProjectInput, by = bob) =>
  (await by.run(CreateProjectDocument, { input })).createProject;
const update = async (input: UpdateProjectInput, by = bob) =>
  (await by.run(UpdateProjectDocument, { input })).updateProject;
const read = async (id: string, by = bob) => (await by.run(ProjectDocument, { id })).project;
const listed = async (variables: object = {}, by = bob) =>
  (await by.run(ProjectsDocument, variables)).projects.nodes.map(({ name }) => name);
const newTask = async (projectId: string, by = bob) =>
  (await by.run(CreateTaskDocument, { input: { title: 'a task', projectId } })).createTask.task.id;
const names = (people: readonly { name: string }[]) => people.map(({ name }) => name).sort();
const member = (projectId: string, person: Person) => ({ projectId, userId: idOf(person) });

describe('making and changing', () => {
  test('a project is grey, open to all and behind all others unless said otherwise', async () => {
    const first = await make({ name: ' garden ' });
    expect(first.project).toMatchObject({ name: 'garden', color: '#808080', isPrivate: false, version: 1 });
    expect(first.project).toMatchObject({ creator: { name: 'bob' }, members: [{ name: 'bob' }], archivedAt: null });
    const { project } = await make({ name: 'house', color: '#AABBCC', isPrivate: true });
    expect(project).toMatchObject({ color: '#aabbcc', isPrivate: true, position: first.project.position + 1 });
    expect(await read(project.id)).toEqual(project);
  });

  test('what is omitted stays, and a colour can be cleared', async () => {
    const { project } = await make({ name: 'garden', color: '#aabbcc' });
    const renamed = (await update({ id: project.id, name: 'park', expectedVersion: 1 })).project;
    expect(renamed).toEqual({ ...project, name: 'park', version: 2 });
    expect((await update({ id: project.id, color: null })).project).toMatchObject({ color: '#808080', version: 3 });
    expect((await update({ id: project.id, name: 'park' })).project.version).toBe(3);
  });

  test('they stand in their order, which can be changed, and are read in pages', async () => {
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await make({ name })).project.id);
    const middle = ((await read(ids[0] ?? '')).position + (await read(ids[1] ?? '')).position) / 2;
    await update({ id: ids[2] ?? '', position: middle });
    expect(await listed()).toEqual(['a', 'c', 'b']);
    const { pageInfo } = (await bob.run(ProjectsDocument, { first: 1 })).projects;
    expect(await listed({ first: 1, after: pageInfo.endCursor })).toEqual(['c']);
    expect(await listed({ last: 2 })).toEqual(['c', 'b']);
  });

  test.each([
    [{ name: ' ' }, 'name'],
    [{ name: 'x'.repeat(101) }, 'name'],
    [{ name: 'a', color: 'red' }, 'color'],
    [{ name: 'a', color: '#12345' }, 'color'],
  ])('%j is refused, naming the field', async (input, field) => {
    const error = await bob.refused(CreateProjectDocument, { input });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', field] }] });
  });

  test.each([{ name: null }, { isPrivate: null }, { position: null }])('%j cannot be cleared', async (cleared) => {
    const { id } = (await make({ name: 'a' })).project;
    const error = await bob.refused(UpdateProjectDocument, { input: { id, ...cleared } });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', Object.keys(cleared)[0]] }] });
  });

  test('a tenant has at most 1,000, also when two are made at the same moment', async () => {
    const one = decodeGlobalId('Project', await insertProject(test_.app, bob), []);
    await test_.app.db.query(
      `INSERT INTO project SELECT (jsonb_populate_record(project, jsonb_build_object('id', gen_random_uuid()))).*
       FROM project, generate_series(2, 999) WHERE project.id = $1`,
      [one],
    );
    const answers = await Promise.all(['x', 'y'].map((name) => bob.answer(CreateProjectDocument, { input: { name } })));
    expect(answers.flatMap(({ errors }) => errors ?? []).map(({ message }) => message)).toEqual([
      expect.stringContaining('at most 1000 projects'),
    ]);
    expect(await make({ name: 'elsewhere' }, (await test_.tenant()).alice)).toMatchObject({ project: { version: 1 } });
  });

  test('a key makes one project, and is not taken for another', async () => {
    const call = { input: { name: 'once' }, idempotencyKey: 'key' };
    const first = await bob.run(CreateProjectDocument, call);
    expect(await bob.run(CreateProjectDocument, call)).toEqual(first);
    expect(await listed()).toEqual(['once']);
    const other = await bob.refused(CreateProjectDocument, { ...call, input: { name: 'twice' } });
    expect(other.code).toBe('CONFLICT');
    await bob.run(DeleteProjectDocument, { id: first.createProject.project.id });
    const { changeId, project } = (await bob.run(CreateProjectDocument, call)).createProject;
    expect([changeId, project.members]).toEqual([first.createProject.changeId, []]);
  });

  test('every change is refused at another version than the expected one, and changes nothing', async () => {
    const { project } = await make({ name: 'a' });
    const target = { id: project.id, expectedVersion: 7 };
    const refusals = [
      await bob.refused(UpdateProjectDocument, { input: { ...target, name: 'b' } }),
      await bob.refused(ArchiveProjectDocument, target),
      await bob.refused(RestoreProjectDocument, target),
      await bob.refused(DeleteProjectDocument, target),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(Array(4).fill('PRECONDITION_FAILED'));
    expect(await read(project.id)).toEqual(project);
  });
});

describe('the end of a project', () => {
  test('an archived one keeps its tasks, takes no others, and is listed on request', async () => {
    const { id } = (await make({ name: 'old' })).project;
    const inside = await newTask(id);
    const outside = (await bob.run(CreateTaskDocument, { input: { title: 'outside' } })).createTask.task.id;
    const { archiveProject } = await bob.run(ArchiveProjectDocument, { id, expectedVersion: 1 });
    expect(archiveProject.project).toMatchObject({ archivedAt: '2026-02-04T10:00:00.000Z', version: 2 });
    const refusals = [
      await bob.refused(ArchiveProjectDocument, { id }),
      await bob.refused(CreateTaskDocument, { input: { title: 'a', projectId: id } }),
      await bob.refused(UpdateTaskDocument, { input: { id: outside, projectId: id } }),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(['CONFLICT', 'CONFLICT', 'CONFLICT']);
    await bob.run(UpdateTaskDocument, { input: { id: inside, title: 'still here', assigneeId: idOf(carol) } });
    expect([await listed(), await listed({ includeArchived: true })]).toEqual([[], ['old']]);
    expect((await bob.run(RestoreProjectDocument, { id })).restoreProject.project.archivedAt).toBeNull();
    expect((await bob.refused(RestoreProjectDocument, { id })).code).toBe('CONFLICT');
    await newTask(id);
  });

  test('only an empty one is deleted: a task in the trash counts', async () => {
    const { id } = (await make({ name: 'a' })).project;
    const taskId = await newTask(id);
    await bob.run(DeleteTaskDocument, { id: taskId });
    expect((await bob.refused(DeleteProjectDocument, { id })).code).toBe('CONFLICT');
    const empty = (await make({ name: 'b' })).project.id;
    expect((await bob.run(DeleteProjectDocument, { id: empty })).deleteProject.projectId).toBe(empty);
    expect((await bob.refused(ProjectDocument, { id: empty })).code).toBe('NOT_FOUND');
    expect((await bob.refused(DeleteProjectDocument, { id: empty })).code).toBe('NOT_FOUND');
  });
});

describe('members', () => {
  test('are added and removed; what is so already writes nothing', async () => {
    const { id } = (await make({ name: 'a', isPrivate: true })).project;
    const added = (await bob.run(AddProjectMemberDocument, member(id, carol))).addProjectMember.project;
    expect([names(added.members), added.version]).toEqual([['bob', 'carol'], 2]);
    expect((await bob.run(AddProjectMemberDocument, member(id, carol))).addProjectMember.project.version).toBe(2);
    const left = (await carol.run(RemoveProjectMemberDocument, member(id, carol))).removeProjectMember.project;
    expect([left.members, left.version]).toEqual([[], 3]);
    expect(names((await read(id)).members)).toEqual(['bob']);
    expect((await bob.run(RemoveProjectMemberDocument, member(id, carol))).removeProjectMember.project.version).toBe(3);
  });

  test('the last one of a private project stays', async () => {
    const { id } = (await make({ name: 'a', isPrivate: true })).project;
    expect((await bob.refused(RemoveProjectMemberDocument, member(id, bob))).code).toBe('CONFLICT');
    await update({ id, isPrivate: false });
    const open = (await bob.run(RemoveProjectMemberDocument, member(id, bob))).removeProjectMember.project;
    expect(open.members).toEqual([]);
    expect(names((await update({ id, isPrivate: true })).project.members)).toEqual(['bob']);
  });

  test('are members of the tenant, and 200 at most', async () => {
    const { id } = (await make({ name: 'a' })).project;
    const stranger = (await test_.tenant()).alice;
    expect((await bob.refused(AddProjectMemberDocument, member(id, stranger))).code).toBe('NOT_FOUND');
    const people = await Promise.all(Array.from({ length: 199 }, (_, n) => tenant.person(`person ${n}`)));
    const full = await insertProject(test_.app, bob, { members: people });
    expect((await bob.refused(AddProjectMemberDocument, member(full, carol))).code).toBe('CONFLICT');
  });
});

describe('who may', () => {
  test('everybody who writes renames and archives; who made it or manages projects decides who sees it', async () => {
    const { id } = (await make({ name: 'a' })).project;
    await update({ id, name: 'b', color: '#000000' }, carol);
    await carol.run(ArchiveProjectDocument, { id });
    await carol.run(RestoreProjectDocument, { id });
    const refusals = [
      await carol.refused(UpdateProjectDocument, { input: { id, isPrivate: true } }),
      await carol.refused(AddProjectMemberDocument, member(id, carol)),
      await carol.refused(RemoveProjectMemberDocument, member(id, bob)),
      await carol.refused(DeleteProjectDocument, { id }),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(Array(4).fill('FORBIDDEN'));
    await alice.run(AddProjectMemberDocument, member(id, carol));
    expect(names((await update({ id, isPrivate: true }, alice)).project.members)).toEqual(['alice', 'bob', 'carol']);
    await alice.run(DeleteProjectDocument, { id });
  });

  test('a viewer reads, and changes nothing', async () => {
    const { id } = (await make({ name: 'a' })).project;
    const vera = await tenant.person('vera', 'VIEWER');
    expect((await read(id, vera)).name).toBe('a');
    const refusals = [
      await vera.refused(CreateProjectDocument, { input: { name: 'b' } }),
      await vera.refused(UpdateProjectDocument, { input: { id, name: 'b' } }),
      await vera.refused(ArchiveProjectDocument, { id }),
      await vera.refused(RestoreProjectDocument, { id }),
      await vera.refused(DeleteProjectDocument, { id }),
      await vera.refused(AddProjectMemberDocument, member(id, vera)),
      await vera.refused(RemoveProjectMemberDocument, member(id, vera)),
    ];
    expect(refusals.map(({ code }) => code)).toEqual(Array(7).fill('FORBIDDEN'));
  });

  test('who is no member finds no private project, not even to manage it', async () => {
    const { id } = (await make({ name: 'a', isPrivate: true })).project;
    for (const person of [carol, alice, (await test_.tenant()).alice]) {
      const refusals = [
        await person.refused(ProjectDocument, { id }),
        await person.refused(UpdateProjectDocument, { input: { id, name: 'b' } }),
        await person.refused(ArchiveProjectDocument, { id }),
        await person.refused(DeleteProjectDocument, { id }),
        await person.refused(AddProjectMemberDocument, member(id, person)),
        await person.refused(CreateTaskDocument, { input: { title: 'a', projectId: id } }),
      ];
      expect(refusals.map(({ code }) => code)).toEqual(Array(6).fill('NOT_FOUND'));
      expect(await listed({ includeArchived: true }, person)).toEqual([]);
    }
  });

  test('a task of a private project is for its members, in every way to assign it', async () => {
    const { id } = (await make({ name: 'a', isPrivate: true })).project;
    const input = { title: 'a', assigneeId: idOf(carol) };
    const elsewhere = (await bob.run(CreateTaskDocument, { input })).createTask.task.id;
    const inside = await newTask(id);
    const refusals = [
      await bob.refused(CreateTaskDocument, { input: { ...input, projectId: id } }),
      await bob.refused(UpdateTaskDocument, { input: { id: inside, assigneeId: idOf(carol) } }),
      await bob.refused(UpdateTaskDocument, { input: { id: elsewhere, projectId: id } }),
    ];
    const fault = { code: 'INVALID_INPUT', fields: [{ path: ['input', 'assigneeId'] }] };
    expect(refusals).toMatchObject([fault, fault, fault]);
    await bob.run(AddProjectMemberDocument, member(id, carol));
    await bob.run(UpdateTaskDocument, { input: { id: elsewhere, projectId: id } });
  });
});

describe('undo', () => {
  const mutation = `mutation ($changeId: ID!) { undo(changeId: $changeId) { changeId projects {
    id name color isPrivate position archivedAt version creator { name } members { name } } } }`;
  type Undone = { undo: { changeId: string; projects: Awaited<ReturnType<typeof read>>[] } };
  const undo = async (changeId: string, by = bob) => (await by.run<Undone, object>(mutation, { changeId })).undo;

  const changes: [string, (id: string) => Promise<{ changeId: string }>][] = [
    ['a name, colour and place', (id) => update({ id, name: 'b', color: '#000000', position: 9 })],
    ['a private one opened to all', (id) => update({ id, isPrivate: false })],
    ['archiving', async (id) => (await bob.run(ArchiveProjectDocument, { id })).archiveProject],
    ['a member more', async (id) => (await bob.run(AddProjectMemberDocument, member(id, alice))).addProjectMember],
    [
      'a member less',
      async (id) => (await bob.run(RemoveProjectMemberDocument, member(id, carol))).removeProjectMember,
    ],
  ];
  const start = () => insertProject(test_.app, bob, { isPrivate: true, members: [carol] });

  test.each(changes)('of %s puts it back, and can be undone', async (_, act) => {
    const id = await start();
    const before = await read(id);
    const { changeId } = await act(id);
    const changed = await read(id);
    const first = await undo(changeId);
    expect(first.projects).toEqual([{ ...before, version: 3 }]);
    expect((await undo(first.changeId)).projects).toEqual([{ ...changed, version: 4 }]);
    expect(await read(id)).toEqual({ ...changed, version: 4 });
  });

  test.each(changes)('of %s is refused once it was changed again', async (_, act) => {
    const id = await start();
    const { changeId } = await act(id);
    const { project } = await update({ id, name: 'changed again' });
    expect((await bob.refused(mutation, { changeId })).code).toBe('CONFLICT');
    expect(await read(id)).toEqual(project);
  });

  test('of one that was made archives it; of its restoring does too; a deleted one is gone', async () => {
    const made = await make({ name: 'a' });
    expect((await undo(made.changeId)).projects).toMatchObject([{ archivedAt: expect.any(String), version: 2 }]);
    const restored = (await bob.run(RestoreProjectDocument, { id: made.project.id })).restoreProject;
    expect((await undo(restored.changeId)).projects).toMatchObject([{ archivedAt: expect.any(String), version: 4 }]);
    const { deleteProject } = await bob.run(DeleteProjectDocument, { id: made.project.id });
    expect((await bob.refused(mutation, deleteProject)).code).toBe('CONFLICT');
    expect((await bob.refused(mutation, restored)).code).toBe('CONFLICT');
  });

  test('is for who made the change, and still sees the project', async () => {
    const id = await start();
    const renamed = (await carol.run(UpdateProjectDocument, { input: { id, name: 'b' } })).updateProject;
    expect((await bob.refused(mutation, renamed)).code).toBe('NOT_FOUND');
    await bob.run(RemoveProjectMemberDocument, member(id, carol));
    expect((await carol.refused(mutation, renamed)).code).toBe('NOT_FOUND');
    expect((await bob.refused(mutation, { changeId: newId() })).code).toBe('NOT_FOUND');
  });

  test('of who leaves is not a way back in', async () => {
    const open = await insertProject(test_.app, bob, { members: [carol] });
    const left = (await carol.run(RemoveProjectMemberDocument, member(open, carol))).removeProjectMember;
    expect((await carol.refused(mutation, left)).code).toBe('FORBIDDEN');
    const closed = await start();
    const gone = (await carol.run(RemoveProjectMemberDocument, member(closed, carol))).removeProjectMember;
    expect((await carol.refused(mutation, gone)).code).toBe('NOT_FOUND');
  });
});
