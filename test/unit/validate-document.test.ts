import { parse, ValidationContext } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/schema/index.ts';
import { validateDocument } from '../../src/server/graphql/validate-document.ts';
import { AppError } from '../../src/shared/errors.ts';

const faultsOf = (source: string) => validateDocument(schema, parse(source));
const times = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => text(i)).join(' ');

test.each([
  [
    'comparisons of fields',
    `{ me { ${times(1_100, () => 'role')} } }`,
    'too many fields with the same response name: comparing each pair of them takes more than 10,000 steps',
  ],
  [
    'steps of following fragments',
    `${times(110, (n) => `query Q${n}($a: ID!) { ...F }`)} fragment F on Query { nodes(ids: [${times(500, () => '$a')}]) { id } }`,
    'too many fragment spreads: expanding them takes more than 50,000 steps',
  ],
])('a document that exceeds the limit of %s is told which limit', (_name, source, words) => {
  const fault = faultsOf(source).at(-1);
  expect(fault?.message).toContain(words);
  expect(fault?.originalError).toBeInstanceOf(AppError);
  expect(fault?.originalError).toMatchObject({ code: 'QUERY_TOO_EXPENSIVE' });
});

test('the limits are those that the messages name', () => {
  expect(faultsOf(`{ me { ${times(140, () => 'role')} } }`)).toEqual([]);
  const none = parse('{ __typename }');
  const context = new ValidationContext(schema, none, {} as never, () => {}) as unknown as Record<string, unknown>;
  expect(context._remainingFragmentWork).toBe(50_000);
});

test('more errors than are listed are counted', () => {
  const faults = faultsOf(`{ ${times(150, (n) => `field${n}`)} }`);
  expect(faults).toHaveLength(21);
  expect(faults.at(-1)?.message).toBe('The document has more than 20 errors. The others are not listed.');
});

test.each([
  'subscription { taskChanged @include(if: false) { __typename } }',
  'subscription ($live: Boolean!) { taskChanged @include(if: $live) { __typename } }',
  'subscription ($quiet: Boolean = true) { ... on Subscription @skip(if: $quiet) { taskChanged { __typename } } }',
  'subscription { ...Live @skip(if: true) } fragment Live on Subscription { taskChanged { __typename } }',
  'subscription { ...Live } fragment Live on Subscription { ... { taskChanged @include(if: true) { __typename } } }',
  'subscription { ...Live } fragment Live on Subscription { ...Live taskChanged @skip(if: true) { __typename } }',
])('the root field of a subscription takes no condition: %s', (source) => {
  expect(faultsOf(source).map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^@(skip|include) is not allowed on the root field of a subscription/),
  );
});

test('a subscription still selects one root field, with conditions below it as it likes', () => {
  expect(faultsOf('subscription ($a: Boolean!) { taskChanged { __typename @skip(if: $a) } }')).toEqual([]);
  expect(faultsOf('subscription { taskChanged { __typename } projectChanged { __typename } }')).toMatchObject([
    { message: 'Anonymous Subscription must select only one top level field.' },
  ]);
});
