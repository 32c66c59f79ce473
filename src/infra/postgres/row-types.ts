import pg from 'pg';

const { types } = pg;
type Parse = (text: string) => unknown;

/** `date` has no time zone: it becomes midnight UTC, as in Prisma, and not midnight in the time zone of the server. */
const parseDate: Parse = (text) => new Date(`${text}T00:00:00Z`);

const parseAnyInstant = types.getTypeParser(types.builtins.TIMESTAMPTZ, 'text') as Parse;

/**
 * An instant, which PostgreSQL writes as `2026-02-04 10:00:00.123+01`: almost ISO 8601, which JavaScript reads in half the
 * time that pg takes. Whatever looks different, such as a year before Christ, is left to pg.
 */
const parseInstant: Parse = (text) => {
  const sign = text[text.length - 3];
  const isUsual = text[10] === ' ' && (sign === '+' || sign === '-');
  return isUsual ? new Date(`${text.slice(0, 10)}T${text.slice(11)}:00`) : parseAnyInstant(text);
};

const elementTypes: Record<number, Parse> = {
  [types.builtins.INT8]: BigInt,
  [types.builtins.DATE]: parseDate,
  [types.builtins.TIMESTAMPTZ]: parseInstant,
};

/** Arrays of the above; pg itself splits their text, as it does that of text[]. */
const arrayElements: Record<number, Parse> = { 1016: BigInt, 1182: parseDate };
const textArray: number = 1009;

/**
 * The type parsers of columns, set for each pool and not globally for pg: bigint becomes a BigInt, an instant a Date, a date
 * a Date at midnight UTC.
 */
export const rowTypes: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    const element = arrayElements[oid];
    if (format === 'binary' || !(element ?? elementTypes[oid])) return types.getTypeParser(oid, format);
    if (!element) return elementTypes[oid];
    const split = types.getTypeParser(textArray, 'text') as (text: string) => (string | null)[];
    return (text: string) => split(text).map((item) => (item === null ? null : element(item)));
  },
};
