/** A tag in its stored form: trimmed, in lower case, in one Unicode form. */
export function normalTag(text: string): string {
  return text.trim().toLowerCase().normalize('NFC');
}
