/** A key that is equal for names that people read as equal: letter case, Unicode form and spaces are ignored. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/gu, ' ').trim();
}
