import {
  type Moment,
  occurrencesAfter,
  type Policies,
  parseRule,
  type Series,
  type Work,
} from '../../../src/domain/rrule/index.ts';

/** A series as the tables of these tests write it: a start with a time is in `timeZone`, UTC unless told otherwise. */
export function seriesOf(rule: string, start: string, more: Partial<Policies> & { timeZone?: string } = {}): Series {
  const { timeZone = 'UTC', ...policies } = more;
  return { rule: parseRule(rule), start, timeZone: start.includes('T') ? timeZone : null, policies };
}

export function momentOf(text: string): Moment {
  return text.includes('T') ? { kind: 'INSTANT', instant: new Date(text) } : { kind: 'DATE', date: text };
}

/** `2026-02-28`, or in UTC `2026-02-28T09:00Z`. */
export function textOf(moment: Moment): string {
  return moment.kind === 'DATE' ? moment.date : `${moment.instant.toISOString().slice(0, 16)}Z`;
}

export function listOccurrences(series: Series, limit: number, after: string | null = null, work?: Work): string[] {
  return occurrencesAfter({ ...series, after: after === null ? null : momentOf(after), limit }, work).map(textOf);
}
