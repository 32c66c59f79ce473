/** Numeric dates become `@YYYY-MM-DD`, or `@--MM-DD` without a year. */
export function numeric(text: string): string {
  const iso = /^(\d{4}-\d{2}-\d{2})(?:t(.+))?$/.exec(text);
  if (iso)
    return iso[2] ? `@${iso[1]} at ${iso[2].replace(/^(\d\d:\d\d).*?(z|[+-].*)?$/, '$1 $2').trim()}` : `@${iso[1]}`;
  const yearFirst = /^(\d{4})\/(\d{1,2})\/(\d{1,2})$/.exec(text);
  if (yearFirst) return dateAtom(yearFirst[1], Number(yearFirst[2]), Number(yearFirst[3])) ?? text;
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{2,4}))?$/.exec(text);
  if (slashed) return monthFirst(Number(slashed[1]), Number(slashed[2]), slashed[3]) ?? text;
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})?$/.exec(text);
  if (dotted) return dateAtom(dotted[3], Number(dotted[2]), Number(dotted[1])) ?? text;
  return text;
}

/** 3/15 is 15 March; so is 15/3. */
function monthFirst(a: number, b: number, year: string | undefined): string | null {
  return a > 12 ? dateAtom(year, b, a) : dateAtom(year, a, b);
}

function dateAtom(year: string | undefined, month: number, day: number): string | null {
  if (month < 1 || month > 12 || day < 1 || day > 31) return null;
  const head = year === undefined ? '-' : year.length === 2 ? `20${year}` : year;
  return `@${head}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}
