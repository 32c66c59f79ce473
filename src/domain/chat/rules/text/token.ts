/**
 * `tag` is a #tag; `literal` is text that rules do not read (a quotation, URL, e-mail address, version, `C#`, `#42`);
 * `word` is text that rules read.
 */
export type TokenKind = 'word' | 'number' | 'punctuation' | 'tag' | 'quote' | 'literal';

/**
 * A part of the text at `[start, end)`; `canon` is its canonical form for the rules: lower case, one spelling, English.
 */
export type Token = { kind: TokenKind; start: number; end: number; raw: string; canon: string };
