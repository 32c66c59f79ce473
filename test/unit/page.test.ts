import { describe, expect, test } from 'vitest';
import { encodeKey, type Key, pageQuery, toPage } from '../../src/domain/page.ts';

const anyKey = () => true;
const cursorOf = (row: string) => encodeKey([row, row]);
const pageOf = (read: string[], args: Parameters<typeof pageQuery>[0]) =>
  toPage(read, pageQuery(args, anyKey), cursorOf);

describe('a page query', () => {
  test('asks for 50 unless told otherwise', () => {
    expect(pageQuery({}, anyKey)).toEqual({ limit: 50, isBackward: false, after: null, before: null });
  });

  test.each([
    [{ first: 201 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ last: 1_000 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'nonsense' }, 'after'],
    [{ before: '' }, 'before'],
  ])('refuses %j, naming %s', (args, name) => {
    expect(() => pageQuery(args, anyKey)).toThrowError(
      expect.objectContaining({ code: 'INVALID_INPUT', fields: [expect.objectContaining({ path: [name] })] }),
    );
  });

  test('refuses a cursor of another list', () => {
    const isKey = ([value]: Key) => value === 'mine';
    expect(pageQuery({ after: encodeKey(['mine', 'id']) }, isKey).after).toEqual(['mine', 'id']);
    expect(() => pageQuery({ after: encodeKey(['other', 'id']) }, isKey)).toThrow('not a cursor of this list');
  });
});

describe('a page', () => {
  test('drops the row too many, which tells that there is more', () => {
    const page = pageOf(['a', 'b', 'c'], { first: 2 });
    expect(page).toMatchObject({ rows: ['a', 'b'], hasNextPage: true, hasPreviousPage: false });
  });

  test('read backward is in the order of the list', () => {
    const page = pageOf(['c', 'b', 'a'], { last: 2, before: encodeKey(['d', 'd']) });
    expect(page).toMatchObject({ rows: ['b', 'c'], hasNextPage: true, hasPreviousPage: true });
  });
});
