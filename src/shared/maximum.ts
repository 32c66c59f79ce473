/**
 * How many characters a text or how many entries a list can have, and what is said about one that has more. A character
 * is a code point of Unicode, as in PostgreSQL: an emoji can be one, or several.
 */
export type Maximum = { readonly max: number; readonly message: string };

/** The maximum of a text that has a name, such as "The title". */
export function textOf(max: number, name: string): Maximum {
  return { max, message: `${name} can have at most ${max.toLocaleString('en')} characters.` };
}

/** Whether a text has more than so many characters. The time that this takes does not depend on the length of the text. */
export function isLongerThan(text: string, max: number): boolean {
  // A character takes one or two units.
  if (text.length <= max || text.length > 2 * max) return text.length > max;
  let characters = text.length;
  for (let at = 0; at < text.length; at += 1) if (isFirstOfTwo(text.charCodeAt(at))) characters -= 1;
  return characters > max;
}

function isFirstOfTwo(unit: number): boolean {
  return (unit & 0xfc00) === 0xd800;
}
