import { complexityFromQuery } from '@pothos/plugin-complexity';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/schema/cost.ts';
import { schema } from '../../src/schema/index.ts';

test.each([
  'query ($n: Int) { tasks(first: $n) { nodes { title } } }',
  'query ($n: Int) { tasks(first: 3) { nodes { comments(first: $n) { nodes { text } } } } }',
  'query ($n: Int) { ...Listed } fragment Listed on Query { tasks(first: $n) { nodes { title } } }',
  'query ($n: Int, $filter: TaskFilter) { tasks(first: 5, filter: $filter) { nodes { title } } projects(first: $n) { nodes { name } } }',
  'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
  'query ($id: ID!) { nodes(ids: [$id, $id]) { id } }',
  'query ($id: ID!) { task(id: $id) { title subtasks { title } } }',
  'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id } } }',
  '{ tasks { nodes { id tags creator { name } } } me { id } }',
])('a prepared cost is what it is for the variables of each call: %s', (text) => {
  const document = parse(text);
  const cost = costOf(document, schema);
  const id = 'VGFzazowMTkwYTFiMi0wMDAwLTcwMDAtODAwMC0wMDAwMDAwMDAwMDE';
  for (const n of [1, 20, 7]) {
    const variables = {
      n,
      id,
      ids: Array.from({ length: n }, () => id),
      input: { title: 'x' },
      filter: { tags: ['a'] },
    };
    expect(cost(variables)).toBe(complexityFromQuery(document, { schema, variables }).complexity);
  }
});
