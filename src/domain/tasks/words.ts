/*
 * What words a text has, for search. The same is done with what is kept and with what is asked, and all of it here: no
 * setting of the database has a say in it.
 */

/** Scripts written without spaces between words. */
const unspaced = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{scx=${script}}`)
  .join('');
const character = '[\\p{L}\\p{M}\\p{N}]';
const run = new RegExp(`(?:(?=[${unspaced}])${character})+|(?:(?![${unspaced}])${character})+`, 'gu');
const isUnspaced = new RegExp(`^[${unspaced}]`, 'u');

const maxWordLength = 64;
/** PostgreSQL keeps at most 1 MB for a row; comments leave room for the title and the notes. */
const maxCommentBytes = 500_000;
const maxAskedWords = 20;

/**
 * The words of a text in their order, in lower case and compatibility form (NFKC). Where words are not set apart, every two
 * neighbours are one, and the last character stands alone: any part of a run is then found by the beginnings of its words.
 */
export function wordsOf(text: string): string[] {
  const runs = text.normalize('NFKC').toLowerCase().match(run) ?? [];
  return runs.flatMap((word) => {
    const characters = [...word];
    if (!isUnspaced.test(word)) return characters.slice(0, maxWordLength).join('');
    return characters.map((character, index) => character + (characters[index + 1] ?? ''));
  });
}

/** What a text asks for, as a tsquery: every word of it, each as the beginning of one. Null when it has no word. */
export function searchQuery(text: string): string | null {
  return allOf(text, ':*');
}

/** The same for whole words: of them alone the database knows how frequent they are. */
export function wholeWordQuery(text: string): string | null {
  return allOf(text, '');
}

function allOf(text: string, ending: ':*' | ''): string | null {
  const words = [...new Set(wordsOf(text))].slice(0, maxAskedWords);
  return words.map((word) => `'${word}'${ending}`).join(' & ') || null;
}

/** The words of a task itself, as a tsvector: those of the title weigh more (A) than those of the notes (B). */
export function taskWords({ title, notes }: { title: string; notes: string | null }): string {
  const inTitle = wordsOf(title);
  return [...lexemes(inTitle, 'A'), ...lexemes(wordsOf(notes ?? ''), 'B', inTitle.length)].join(' ');
}

/** The words of a task's comments, as a tsvector. Beyond what a row can keep, the later ones are left out. */
export function commentWords(comments: readonly string[]): string {
  let bytes = 0;
  const kept = lexemes(comments.flatMap(wordsOf), 'C').filter((lexeme) => {
    bytes += Buffer.byteLength(lexeme);
    return bytes <= maxCommentBytes;
  });
  return kept.join(' ');
}

/** Each word once, at its first place: how near to one another the words of a query stand counts in ranking. */
function lexemes(words: readonly string[], weight: 'A' | 'B' | 'C', offset = 0): string[] {
  const places = new Map<string, number>();
  for (const [index, word] of words.entries()) if (!places.has(word)) places.set(word, offset + index + 1);
  return [...places].map(([word, place]) => `'${word}':${place}${weight}`);
}
