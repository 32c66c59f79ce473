import { AppError } from '../shared/errors.ts';

/** Variables can be nested 100 levels deep, and the request around them has a few of its own. */
const maxLevels = 110;

/**
 * The reason why a JSON text is not parsed, or null. A megabyte of small values takes many times as long to parse, to walk
 * through and to collect as garbage as a megabyte of text.
 */
export function jsonFault(text: string, maxValues: number): AppError | null {
  let values = 1;
  let levels = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === comma) values += 1;
    else if (code === openObject || code === openList) {
      values += 1;
      levels += 1;
    } else if (code === closeObject || code === closeList) levels -= 1;
    if (values > maxValues) return tooLarge(`can have at most ${maxValues} values`);
    if (levels > maxLevels) return tooLarge(`can be nested at most ${maxLevels} levels deep`);
  }
  return null;
}

const [quote, backslash, comma, openObject, closeObject, openList, closeList] = [...'"\\,{}[]'].map((character) =>
  character.charCodeAt(0),
);

/** The index of the quote that ends the string which starts at `start`, or the end of a text that is not JSON. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}

function tooLarge(rule: string): AppError {
  return new AppError('QUERY_TOO_EXPENSIVE', `The JSON of a request ${rule}.`);
}
