import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { searchFault, searchQuery, taskWords, wordsOf, wordsOfComment } from '../../src/domain/tasks/words.ts';

describe('the words of a text', () => {
  test.each([
    ['Review PR #123, then e-mail node.js!', ['review', 'pr', '123', 'then', 'e', 'mail', 'node', 'js']],
    ['ﬁnance ＡＢＣ ｶﾞ', ['finance', 'abc', 'ガ']],
    ['STRASSE Ünïcode नमस्ते 한국어', ['strasse', 'unicode', 'नमस्ते', '한국어']],
    ['straße Ёлка мой Σίγμας İstanbul ısı Ørsted', ['strasse', 'елка', 'мой', 'σιγμασ', 'istanbul', 'isi', 'orsted']],
    ['C#, c++ and F#; 1+1 PR#1', ['c#', 'c++', 'and', 'f#', '1', '1', 'pr', '1']],
    ["don’t d'accord 'quoted'", ['dont', 'daccord', 'quoted']],
    ['🎉🇩🇪 done', ['🎉', '🇩🇪', 'done']],
    ['牛乳を買う。', ['牛乳', '乳を', 'を買', '買う', 'う']],
    ['a東京b', ['a', '東京', '京', 'b']],
    ['x'.repeat(200), ['x'.repeat(64)]],
    [" '); DROP\\ & | ! <-> :* ", ['drop']],
    ['… % --- \u0000', []],
  ])('%j are %j', (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  test('are the same when made of themselves', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        const words = wordsOf(text).filter((word) => /^[a-z0-9]+$/.test(word));
        expect(words.flatMap(wordsOf)).toEqual(words);
      }),
    );
  });
});

test('a task has each word of its title and its notes once, at its first place', () => {
  expect(taskWords({ title: 'Call, call Mom', notes: 'mom knows' })).toBe("'call':1A 'mom':3A 'mom':4B 'knows':5B");
  expect(taskWords({ title: '…', notes: null })).toBe('');
});

test('a task is found by the parts of a word too', () => {
  expect(taskWords({ title: "don't v2.10 C++", notes: null })).toBe(
    "'dont':1A 'don':1A 't':1A 'v2':2A '2':2A '10':3A 'c++':4A 'c':4A",
  );
});

test('what is not seen within a word does not part it', () => {
  expect(wordsOf('Schiff\u00adfahrt na\u200dme \u200eleft\u200f 1\ufe0f\u20e3 \ufeffstart')).toEqual([
    ...['schifffahrt', 'name', 'left', '1\u20e3', 'start'],
  ]);
});

test('words beyond what a row can keep are left out, of notes too', () => {
  const word = (n: number) =>
    `${String.fromCodePoint(0x10d0 + (n % 20))}${n % 10}`.repeat(22) + String(n).padStart(4, '0');
  const notes = Array.from({ length: 400 }, (_, n) => word(n)).join(' ');
  expect(notes.length).toBeLessThanOrEqual(20_000);
  expect(Buffer.byteLength(taskWords({ title: 'first', notes }))).toBeLessThan(420_000);
});

test('a comment has each word once, without a place', () => {
  expect(wordsOfComment('Call, call v2')).toBe("'call' 'v2' '2'");
});

test.each([
  ['ligatures that are eighteen characters each', '\ufdfa'.repeat(20_000)],
  ['endless marks in the wrong order', `a${'\u0323\u0301'.repeat(10_000)}`],
  ['words that are all parts', `${'a1'.repeat(32)} `.repeat(307)],
])('a text of %s has bounded words', (_, text) => {
  const [first = ''] = wordsOf(text.slice(0, 100));
  expect(wordsOf(text)[0]?.slice(0, 10)).toBe(first.slice(0, 10));
  expect(wordsOf(text).length).toBeLessThan(10_000);
  expect(Buffer.byteLength(wordsOfComment(text))).toBeLessThan(120_000);
});

test('a text to search for is short, also in its compatibility form', () => {
  const refused = 'A text to search for can have at most 1,000 characters.';
  const texts = ['a '.repeat(501), '\ufdfa'.repeat(1_000), 'a '.repeat(500), '\ufdfa'.repeat(55)];
  expect(texts.map(searchFault)).toEqual([refused, refused, null, null]);
});

test('a search asks for every word once, as a beginning', () => {
  expect(searchQuery('Milk & milk | eggs')).toBe("'milk':* & 'eggs':*");
  expect(searchQuery('?!')).toBeNull();
  expect(searchFault('?!')).toContain('no letter');
  const words = (count: number) => Array.from({ length: count }, (_, n) => `w${n}`).join(' ');
  expect([searchFault(words(100)), searchFault(words(101))]).toEqual([null, expect.stringContaining('at most 100')]);
  expect(searchQuery(words(100))?.split('&')).toHaveLength(100);
});
