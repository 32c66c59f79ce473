/**
 * `tag` is a #tag; `literal` is text that no rule may read (a quotation, URL, e-mail address, version, `C#`, `#42`);
 * `word` is what the rules read.
 */
export type TokenKind = 'word' | 'number' | 'punctuation' | 'tag' | 'quote' | 'literal';

/** A piece of the text at `[start, end)`; `canon` is how the rules read it: lower case, one spelling, English. */
export type Token = { kind: TokenKind; start: number; end: number; raw: string; canon: string };
