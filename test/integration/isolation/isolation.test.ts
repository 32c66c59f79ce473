import { type ExecutionResult, getNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../src/app.ts';
import { schema } from '../../../src/schema/index.ts';
import { newId } from '../../../src/shared/ids.ts';
import { collect, reaches } from '../../support/deliveries.ts';
import { numberedHead, withQuickCheckpoints } from '../../support/log.ts';
import {
  argumentsOf,
  documentOf,
  type IdPlace,
  idPlacesOf,
  isRequired,
  type Operation,
  operationsOf,
} from '../../support/schema-walk.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { kindOf, kinds, type Made, makeFor, type Owner, particulars, tenantWide } from './isolation-kinds.ts';

/*
 * Walks the schema: every operation that takes an id is called by the owner of the object, who must succeed, and with the
 * same arguments by the owner of another tenant and by another owner of the same tenant, who must not.
 */

let test_: TestApp;
let app: App;
let owner: Owner;
let foreigner: Owner;
let colleague: Owner;
beforeAll(async () => {
  test_ = await createTestApp();
  app = withQuickCheckpoints(test_.app);
  const tenant = await test_.tenant();
  const elsewhere = await test_.tenant();
  owner = ownerIn(tenant, tenant.alice);
  foreigner = ownerIn(elsewhere, elsewhere.alice);
  colleague = ownerIn(tenant, await tenant.person('bob', 'OWNER'));
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
});

function ownerIn(tenant: Tenant, { viewer }: Person): Owner {
  return { ...createPerson(app, viewer), tenant, marker: `marker${newId().replaceAll('-', '')}`, test: test_ };
}

const operations = operationsOf(schema);
const places = operations.flatMap(idPlacesOf).flatMap(casesOf);
const isFilter = ({ path }: IdPlace) => path.includes('filter');

type Case = IdPlace & { kind: string };

/** `node` and `nodes` take ids of every node; anything else of one kind. What is not known fails in its own test. */
function casesOf(place: IdPlace): Case[] {
  if (place.field.name !== 'node' && place.field.name !== 'nodes') return [{ ...place, kind: '' }];
  const nodes = schema.getImplementations(schema.getType('Node') as never).objects;
  return nodes.map(({ name }) => ({ ...place, kind: name }));
}

function titled(of: readonly Case[]): [string, Case][] {
  return of.map((one) => {
    const place = one.path.length > 0 ? `(${one.path.join('.')})` : '';
    return [`${one.field.name}${place}${one.kind && ` of a ${one.kind}`}`, one];
  });
}

/** Those who must not reach an object: nobody outside the tenant, and no colleague unless all of the tenant sees it. */
function strangersOf({ field }: Operation, kind?: string): Owner[] {
  const isShared = tenantWide.includes(field.name) || (kind !== undefined && kinds[kind]?.seenBy === 'tenant');
  return isShared ? [foreigner] : [foreigner, colleague];
}

/** The call with this id at its place; other ids that it needs are of the caller's own objects. */
async function callWith(place: IdPlace, caller: Owner, { id, facts }: Made, more: object = {}) {
  const variables = await argumentsOf(place, async (path, input) => {
    if (path.join('.') === place.path.join('.')) return id;
    if (path.length === 1 && input.name in more) return more[input.name as keyof typeof more];
    if (facts && input.name in facts) return facts[input.name];
    const particular = particulars[[place.field.name, ...path].join('.')];
    if (typeof particular === 'function') return particular(caller);
    if (particular !== undefined) return particular;
    if (getNamedType(input.type).name !== 'ID' || !isRequired(input)) return undefined;
    return (await makeFor(kindOf({ ...place, path }), '', caller)).id;
  });
  return { document: documentOf(place, variables, schema), variables };
}

/** Of errors, and of the refusals in the results of a bulk operation. */
function codesOf({ errors = [], data }: ExecutionResult): unknown[] {
  const answers = Object.values(data ?? {}) as ({ results?: { refusal: { code: string } | null }[] } | null)[];
  const refusals = answers.flatMap((answer) => answer?.results ?? []).flatMap(({ refusal }) => refusal?.code ?? []);
  const codes = errors.map(
    ({ originalError, message }) => (originalError as { code?: string } | null)?.code ?? message,
  );
  return [...codes, ...refusals];
}

function expectSuccess({ field }: Operation, result: ExecutionResult): void {
  const hint = `The owner's own ${field.name} must succeed. Must the object be in some state? Add it to preparations in isolation-kinds.ts`;
  expect(codesOf(result), hint).toEqual([]);
}

/** Everything stored for a tenant. The numbers that the sequencer gives in the background are left out. */
async function rowsOf({ tenant }: Owner): Promise<Record<string, string>> {
  const { rows: tables } = await app.db.query<{ name: string }>(
    `SELECT DISTINCT table_name AS name FROM information_schema.columns
     WHERE table_schema = current_schema() AND column_name = 'tenantId'`,
  );
  const contents: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await app.db.query<{ content: string }>(
      `SELECT string_agg((to_jsonb(t) - 'seq')::text, E'\\n' ORDER BY t::text) AS content FROM "${name}" t WHERE "tenantId" = $1`,
      [tenant.id],
    );
    contents[name] = rows[0]?.content ?? '';
  }
  return contents;
}

describe('an id of an object that one may not see is NOT_FOUND, and nothing is changed', () => {
  const cases = places.filter((place) => !isFilter(place) && place.root !== 'subscription');

  test.each(titled(cases))('%s', async (_, place) => {
    const kind = place.kind || kindOf(place);
    const own = await makeFor(kind, place.field.name, owner);
    const ownCall = await callWith(place, owner, own);
    expectSuccess(place, await owner.answer(ownCall.document, ownCall.variables));
    for (const stranger of strangersOf(place, kind)) {
      const foreign = await makeFor(kind, place.field.name, owner);
      const { document, variables } = await callWith(place, stranger, foreign);
      const before = await rowsOf(owner);
      const result = await stranger.answer(document, variables);
      expect(codesOf(result)).toEqual(['NOT_FOUND']);
      expect(JSON.stringify(result)).not.toContain(owner.marker);
      expect(await rowsOf(owner)).toEqual(before);
    }
  });
});

describe('a filter by an id of others gives nothing of theirs', () => {
  const cases = places.filter((place) => isFilter(place) && place.root === 'query');

  test.each(titled(cases))('%s', async (_, place) => {
    const made = await makeFor(kindOf(place), place.field.name, owner);
    await numberedHead(app);
    const ownCall = await callWith(place, owner, made);
    const ownResult = await owner.answer(ownCall.document, ownCall.variables);
    expectSuccess(place, ownResult);
    expect(JSON.stringify(ownResult), 'The filter must find something of the owner’s.').toContain(owner.marker);
    for (const stranger of strangersOf(place)) {
      const { document, variables } = await callWith(place, stranger, made);
      const result = await stranger.answer(document, variables);
      expect(codesOf(result)).toEqual([]);
      expect(JSON.stringify(result)).not.toContain(owner.marker);
    }
  });
});

describe('a query without ids gives nothing that others made', () => {
  const takesIds = (operation: Operation) => idPlacesOf(operation).some((place) => !isFilter(place));
  const cases = operations.filter((operation) => operation.root === 'query' && !takesIds(operation));

  test.each(cases.map((operation) => [operation.field.name, operation] as const))('%s', async (_, operation) => {
    for (const kind of Object.values(kinds)) await kind.make(owner);
    await numberedHead(app);
    for (const stranger of strangersOf(operation)) {
      const valueAt = async (path: readonly string[]) => particulars[[operation.field.name, ...path].join('.')];
      const variables = await argumentsOf(operation, valueAt);
      const result = await stranger.answer(documentOf(operation, variables, schema), variables);
      expect(codesOf(result)).toEqual([]);
      expect(JSON.stringify(result)).not.toContain(owner.marker);
    }
  });
});

describe('a subscription to an object that one may not see is NOT_FOUND', () => {
  const cases = places.filter((place) => !isFilter(place) && place.root === 'subscription');

  test.each(titled(cases))('%s', async (_, place) => {
    const kind = kindOf(place);
    const made = await makeFor(kind, place.field.name, owner);
    const { document, variables } = await callWith(place, owner, made);
    await using own = collect(await owner.subscribe(document, variables));
    await own.until((items) => items.length > 0);
    for (const stranger of strangersOf(place, kind)) {
      await expect(stranger.subscribe(document, variables)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('a subscription delivers nothing of others, but what is one’s own', () => {
  const plain = operations
    .filter(({ root, field }) => root === 'subscription' && !field.args.some(({ name }) => name === 'id'))
    .map((operation) => ({ ...operation, path: [], kind: '' }));
  const filtered = places.filter((place) => isFilter(place) && place.root === 'subscription');

  type Delivered = Record<string, { cursor: string }>;
  async function follow(person: Owner, call: { document: string; variables: object }) {
    const source = await person.subscribe<Delivered, object>(call.document, call.variables);
    const live = collect(source);
    const text = () => JSON.stringify(live.items);
    const isBehind = (cursor: string) =>
      live.until((items) => reaches(cursor)(items.flatMap((item) => Object.values(item))));
    return { ...live, text, isBehind };
  }

  test.each(titled([...plain, ...filtered]))('%s', async (_, place) => {
    const after = await numberedHead(app);
    const made = await makeFor(place.path.length > 0 ? kindOf(place) : 'Task', place.field.name, owner);
    const callOf = (person: Owner) => callWith(place, person, made, { after });
    await using own = await follow(owner, await callOf(owner));
    await own.until(() => own.text().includes(owner.marker));
    for (const stranger of strangersOf(place)) {
      const unfiltered = await callWith({ ...place, path: [] }, stranger, made, { after });
      await using theirs = await follow(stranger, await callOf(stranger));
      await using everything = await follow(stranger, unfiltered);
      await makeFor('Task', place.field.name, stranger);
      const head = await numberedHead(app);
      for (const live of [theirs, everything]) await live.isBehind(head);
      expect(everything.text()).toContain(stranger.marker);
      for (const live of [theirs, everything]) expect(live.text()).not.toContain(owner.marker);
    }
  });
});

test('what the whole tenant shares needs its permission', async () => {
  const { viewer } = await owner.tenant.person('mallory');
  const member = ownerIn(owner.tenant, createPerson(app, viewer));
  expect((await member.refused('{ events { nodes { type } } }')).code).toBe('FORBIDDEN');
  const log = 'subscription { eventAppended { ... on StreamPayload { cursor } } }';
  await expect(member.subscribe(log)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});

test('the walk finds what takes ids', () => {
  const names = titled(places).map(([name]) => name);
  expect(names).toEqual(
    expect.arrayContaining([
      'task(id)',
      'node(id) of a Task',
      'nodes(ids) of a User',
      'tasks(filter.assigneeId)',
      'completeTask(id)',
      'updateTask(input.id)',
      'updateTask(input.assigneeId)',
      'undo(changeId)',
      'taskChanged(filter.creatorId)',
    ]),
  );
});
