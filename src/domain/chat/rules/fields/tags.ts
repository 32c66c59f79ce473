import { claim, findAll, groupOf, rule, type Sentence } from '../text/sentence.ts';

const leadIn = rule(
  '(?:tagged(?: as| with)?|with (?:the )?(?:tags?|labels?)|tags? :|labels? :|labelled|labeled)(?= #)',
);
const WORD = '[\\p{L}][\\p{L}\\p{N}_-]{0,49}';
const spelled = rule(
  `(?:tagged(?: as| with)?|(?:with|and) (?:the )?(?:tags?|labels?)(?: :)?|tags? :|labels? :|labell?ed(?: as)?) (?<words>${WORD}(?: , (?!and |remind )${WORD}){0,19})`,
);

/** Extracts `#work` and "tagged work": lower case, without duplicates, in order. `C#` and `#42` are not tags. */
export function takeTags(sentence: Sentence): string[] {
  const tags: string[] = [];
  for (const found of findAll(sentence, leadIn))
    if (sentence.tokens[found.last + 1]?.kind === 'tag') claim(sentence, found, 'tags', 'tag.lead-in');
  sentence.tokens.forEach((token, index) => {
    if (token.kind !== 'tag' || sentence.claimed[index]) return;
    tags.push(token.raw.slice(1));
    claim(sentence, { first: index, last: index }, 'tags', 'tag.hash');
  });
  for (const found of findAll(sentence, spelled)) {
    const words = groupOf(sentence, found, 'words');
    tags.push(...(words?.tokens ?? []).filter(({ kind }) => kind === 'word').map(({ raw }) => raw));
    claim(sentence, found, 'tags', 'tag.named');
  }
  return [...new Set(tags.map((tag) => tag.normalize('NFC').toLowerCase()))];
}
