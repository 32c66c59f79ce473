import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { payloadVariables } from '../../src/server/graphql/payload-variables.ts';

test.each([
  ['subscription ($after: String) { changed(after: $after) { id } }', []],
  [
    'subscription ($after: String, $n: Int) { changed(after: $after) { page(first: $n, after: $after) } }',
    ['n', 'after'],
  ],
  ['subscription ($f: F, $x: Boolean!) { changed(filter: $f) { id @include(if: $x) } }', ['x']],
  ['subscription ($f: F, $x: Boolean!) { changed(filter: $f) @skip(if: $x) { id } }', ['x']],
  ['subscription ($f: F, $n: Int) { changed(filter: $f) { ...A } } fragment A on T { page(first: $n) }', ['n']],
  ['subscription ($f: F) { ...A } fragment A on Subscription { changed(filter: $f) { id } }', ['f']],
])('%s depends on %j', (query, names) => {
  expect(payloadVariables(parse(query))).toEqual(names);
});
