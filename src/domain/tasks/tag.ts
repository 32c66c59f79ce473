/** A tag as it is kept: without spaces around it, in lower case, in one Unicode form. */
export function normalTag(text: string): string {
  return text.trim().toLowerCase().normalize('NFC');
}
