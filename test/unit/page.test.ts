import { describe, expect, test } from 'vitest';
import { encodeKey, type PageOrder, pageQuery, toPage } from '../../src/domain/lists/page.ts';

const order: PageOrder = { name: 'by name', isKey: ([value]) => value !== 'impossible' };
const cursorOf = (row: string) => encodeKey(order, [row, row]);
const pageOf = (read: string[], args: Parameters<typeof pageQuery>[0]) =>
  toPage(read, pageQuery(args, order), cursorOf);

describe('a page query', () => {
  test('asks for 50 unless told otherwise', () => {
    expect(pageQuery({}, order)).toEqual({ limit: 50, isBackward: false, after: null, before: null });
  });

  test.each([
    [{ first: 201 }, 'first'],
    [{ first: -1 }, 'first'],
    [{ last: 1_000 }, 'last'],
    [{ first: 1, last: 1 }, 'last'],
    [{ after: 'nonsense' }, 'after'],
    [{ before: '' }, 'before'],
  ])('refuses %j, naming %s', (args, name) => {
    expect(() => pageQuery(args, order)).toThrowError(
      expect.objectContaining({ code: 'INVALID_INPUT', fields: [expect.objectContaining({ path: [name] })] }),
    );
  });

  test('takes a cursor of its own order alone', () => {
    expect(pageQuery({ after: cursorOf('mine') }, order).after).toEqual(['mine', 'mine']);
    for (const after of [encodeKey({ name: 'by age' }, ['mine', 'mine']), cursorOf('impossible')]) {
      expect(() => pageQuery({ after }, order)).toThrow('not a cursor from this list in this order');
    }
  });
});

describe('a page', () => {
  test('drops the row too many, which tells that there is more', () => {
    const page = pageOf(['a', 'b', 'c'], { first: 2 });
    expect(page).toMatchObject({ rows: ['a', 'b'], hasNextPage: true, hasPreviousPage: false });
  });

  test('read backward is in the order of the list', () => {
    const page = pageOf(['c', 'b', 'a'], { last: 2, before: cursorOf('d') });
    expect(page).toMatchObject({ rows: ['b', 'c'], hasNextPage: true, hasPreviousPage: true });
  });
});
