/** How many characters a text or how many entries a list can have, and what is said about one that has more. */
export type Maximum = { readonly max: number; readonly message: string };

/** The maximum of a text that has a name, such as "The title". */
export function textOf(max: number, name: string): Maximum {
  return { max, message: `${name} can have at most ${max.toLocaleString('en')} characters.` };
}
