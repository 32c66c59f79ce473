import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { searchFault } from '../../../src/domain/tasks/words.ts';
import { insertTasks } from '../../support/insert-tasks.ts';
import {
  CreateSavedFilterDocument,
  DeleteTasksDocument,
  type TaskFilter,
  TasksDocument,
  TasksOfSavedFilterDocument,
} from '../../support/operations.ts';
import { createTestApp, type Person, type TestApp } from '../../support/test-app.ts';
import { exportNow } from '../../support/transfer-fixture.ts';

let test_: TestApp;
beforeAll(async () => {
  test_ = await createTestApp();
});
afterAll(() => test_[Symbol.asyncDispose]());

const pieces = fc.constantFrom(
  ...[
    'milk',
    'Milk',
    'c',
    'C#',
    'C++',
    'don’t',
    'dont',
    'v2.10.3',
    '2.10',
    'Crème',
    'creme',
    'Ёлка',
    'straße',
    'İ',
    'ς',
  ],
  ...[
    '🎉',
    '🚀',
    '👩‍💻',
    '🇩🇪',
    '👍🏽',
    '牛乳',
    'を',
    '한국어',
    'नमस्ते',
    'สวัสดี',
    '%',
    '---',
    '!?',
    '#',
    '+',
    '_',
    '*',
    '.',
  ],
  ...[
    ' ',
    '  ',
    '\t',
    '\n',
    '\u200b',
    '\u200d',
    '\ufe0f',
    '\u0301',
    '\u00ad',
    '\u2060',
    "'",
    '"',
    '\\',
    '&',
    '|',
    ':*',
  ],
);
const texts = fc.oneof(
  { weight: 4, arbitrary: fc.array(pieces, { maxLength: 6 }).map((all) => all.join('')) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }) },
);
const storable = texts.filter((text) => !/\0|\p{Surrogate}/u.test(text));
const titles = storable.filter((text) => text.trim() !== '');

const titlesOf = (tasks: readonly { title: string }[]) => tasks.map(({ title }) => title).sort();

async function withTasks(all: readonly string[]): Promise<Person> {
  const { alice } = await test_.tenant();
  await insertTasks(
    test_.app,
    alice,
    all.map((title) => ({ title })),
  );
  return alice;
}

describe('for any text', () => {
  const shapes: ((text: string) => TaskFilter)[] = [
    (text) => ({ text }),
    (text) => ({ not: { text } }),
    (text) => ({ or: [{ text }, { priorities: ['URGENT'] }] }),
    (text) => ({ and: [{ text }, { hasDue: false }] }),
  ];
  const asked = fc.record({
    all: fc.array(titles, { minLength: 1, maxLength: 8 }),
    text: storable,
    shape: fc.constantFrom(...shapes),
  });

  test('bulk operations, saved filters and exports touch what the list shows, or are refused with it', async () => {
    await fc.assert(
      fc.asyncProperty(asked, async ({ all, text, shape }) => {
        const alice = await withTasks(all);
        const filter = shape(text);
        if (searchFault(text)) {
          const calls = [
            () => alice.refused(TasksDocument, { filter }),
            () => alice.refused(DeleteTasksDocument, { target: { filter } }),
            () => alice.refused(CreateSavedFilterDocument, { input: { name: 'mine', filter } }),
          ];
          for (const call of calls) expect(await call()).toMatchObject({ code: 'INVALID_INPUT', fields: [{}] });
          return;
        }
        const { tasks } = await alice.run(TasksDocument, { filter });
        expect(tasks.totalCount).toBe(tasks.nodes.length);
        const { savedFilter } = (await alice.run(CreateSavedFilterDocument, { input: { name: 'mine', filter } }))
          .createSavedFilter;
        const saved = await alice.run(TasksOfSavedFilterDocument, { savedFilterId: savedFilter.id });
        expect(titlesOf(saved.tasks.nodes)).toEqual(titlesOf(tasks.nodes));
        const file = await exportNow(test_, alice, { format: 'JSON', filter });
        expect(titlesOf(JSON.parse(file))).toEqual(titlesOf(tasks.nodes));
        const { results } = (await alice.run(DeleteTasksDocument, { target: { filter } })).deleteTasks;
        expect(titlesOf(results.flatMap(({ task }) => task ?? []))).toEqual(titlesOf(tasks.nodes));
      }),
      { numRuns: 60 },
    );
  });

  test('a task is found by all of its title, in whatever case and Unicode form', async () => {
    const changes = fc.constantFrom<(text: string) => string>(
      (text) => text,
      (text) => text.toUpperCase(),
      (text) => text.toLowerCase(),
      (text) => text.normalize('NFD'),
      (text) => text.normalize('NFKC'),
      (text) => text.replaceAll(' ', '\n '),
    );
    const known = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((all) => all.join(''));
    const searchable = known.filter((text) => searchFault(text) === null);
    await fc.assert(
      fc.asyncProperty(searchable, changes, async (title, change) => {
        const alice = await withTasks([title]);
        const { tasks } = await alice.run(TasksDocument, { filter: { text: change(title) } });
        expect(titlesOf(tasks.nodes)).toEqual([title]);
      }),
      { numRuns: 100 },
    );
  });
});
