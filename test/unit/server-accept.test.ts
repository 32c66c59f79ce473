import { expect, test } from 'vitest';
import { acceptsEvents, answerType, prefersPage } from '../../src/server/http/accept.ts';

const json = 'application/json';
const graphql = 'application/graphql-response+json';
const events = 'text/event-stream';

test.each([
  [null, json],
  ['', json],
  ['*/*', json],
  ['application/*', json],
  [graphql, graphql],
  [`${graphql}, ${json}`, graphql],
  [`${json}, ${graphql}`, json],
  [`${json};q=0.5, ${graphql}`, graphql],
  [`${graphql};q=0.5, ${json}`, json],
  [`${graphql}; q=0.1, ${json}; Q=0.2`, json],
  [`${graphql}; charset=utf-8, ${json};q=0.9`, graphql],
  [`*/*, ${graphql}`, graphql],
  [`${graphql};q=0, */*`, json],
  [`${json};q=0, */*`, graphql],
  [`application/*;q=0.2, ${graphql};q=0.1`, json],
  [`${graphql},${json};q=0.9`, graphql],
  [events, events],
  ['text/*', events],
  [`${events}, */*`, json],
  [`${events}, ${json}`, json],
  [`${events}, ${json};q=0.9`, events],
  [`${events};q=0.9, ${json}`, json],
  [`${events}, ${json};q=0`, events],
  ['Application/JSON', json],
  ['text/html', null],
  ['multipart/mixed', null],
  ['*/*;q=0', null],
  [`${json};q=0`, null],
  [`${json};q=0.0, ${graphql};q=0.000`, null],
  [`${json};q=oops`, json],
])('Accept: %s is answered with %s', (accept, type) => {
  expect(answerType(accept)).toBe(type);
});

test.each([
  [null, true],
  ['*/*', true],
  [`${graphql}, ${events}, multipart/mixed`, true],
  [`${events};q=0, */*`, false],
  ['text/*;q=0, */*', false],
  [json, false],
])('a stream for Accept: %s? %s', (accept, isAccepted) => {
  expect(acceptsEvents(accept)).toBe(isAccepted);
});

test.each([
  ['text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
  ['text/html', true],
  ['text/html, application/json', true],
  ['application/json, text/html', false],
  ['application/json, text/html;q=0.5', false],
  ['text/html;q=0, */*', false],
  ['*/*', false],
  [null, false],
])('GraphiQL for Accept: %s? %s', (accept, isPreferred) => {
  expect(prefersPage(accept)).toBe(isPreferred);
});
