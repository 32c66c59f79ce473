import { z } from 'zod';
import type { Viewer } from '../../auth/viewer.ts';
import type { Recurrence, Task } from '../../generated/prisma/client.ts';
import {
  MissedPolicy,
  MonthEndPolicy,
  RecurrenceBasis,
  RecurrencePreset,
  RecurrenceStatus,
} from '../../generated/prisma/enums.ts';
import { daySchema, instantTextSchema } from '../../shared/date-range.ts';
import { newId } from '../../shared/ids.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { validate } from '../../shared/validate.ts';
import type { Change } from '../records/change.ts';
import { checkSeries, formatRule, parseRule, presetRule } from '../rrule/index.ts';
import { createTaskSchema } from '../tasks/input.ts';
import { requireDates, toSeries } from './dates.ts';
import { maxGenerateAhead } from './input.ts';

const maxMade = 1_000_000;

/** A recurrence in an exported file. Omitted fields are taken from its first occurrence, or are the defaults. */
export const writtenSeriesSchema = createTaskSchema
  .pick({ title: true, notes: true, priority: true, tags: true })
  .partial()
  .extend({
    status: z.enum(RecurrenceStatus).nullish(),
    preset: z.enum(RecurrencePreset).nullish(),
    rule: z.string().trim(),
    /** The first date in local time; a date without a time means whole days. */
    start: z.string().trim().max(30),
    timeZone: timeZoneSchema.nullish(),
    basis: z.enum(RecurrenceBasis).nullish(),
    missed: z.enum(MissedPolicy).nullish(),
    monthEnd: z.enum(MonthEndPolicy).nullish(),
    skipWeekends: z.boolean().nullish(),
    generateAhead: z.int().min(0).max(maxGenerateAhead).nullish(),
    /** The number of occurrences. */
    made: z.int().min(1).max(maxMade).nullish(),
    /** The number of occurrences before the current start, from which a COUNT is counted. */
    madeBefore: z.int().min(0).max(maxMade).nullish(),
    /** The date up to which occurrences were created. */
    reached: z.string().nullish(),
  });
export type WrittenSeries = z.output<typeof writtenSeriesSchema>;

type Place = Pick<Recurrence, 'assigneeId' | 'projectId'>;

/**
 * Creates a recurrence of the viewer from an exported one, with a task as its first known occurrence, without storing
 * it. An active one is paused, so that it creates nothing until its other occurrences are imported. The caller checks
 * its project. @throws AppError `INVALID_INPUT` with the field of the file.
 */
export function restoredSeries(
  tx: Pick<Change, 'now'>,
  viewer: Viewer,
  { written, place, occurrence, first }: { written: WrittenSeries; place: Place; occurrence: string; first: Task },
): Recurrence {
  const isAllDay = /^\d{4}-\d\d-\d\d$/.test(written.start);
  const rule = parseRule(written.rule);
  const series: Recurrence = {
    id: newId(),
    tenantId: viewer.tenantId,
    creatorId: viewer.userId,
    ...place,
    title: written.title ?? first.title,
    notes: written.notes === undefined ? first.notes : written.notes,
    priority: written.priority ?? first.priority,
    tags: written.tags ?? first.tags,
    status: written.status === 'ACTIVE' || !written.status ? 'PAUSED' : written.status,
    preset: presetOf(written, rule),
    rule: formatRule(rule),
    start: written.start,
    isAllDay,
    timeZone: written.timeZone ?? first.dueTimeZone ?? viewer.timeZone,
    basis: written.basis ?? 'SCHEDULE',
    missed: written.missed ?? 'ONE',
    monthEnd: written.monthEnd ?? 'CLAMP',
    skipWeekends: written.skipWeekends ?? false,
    generateAhead: written.generateAhead ?? 0,
    made: written.made ?? 1,
    madeBefore: written.madeBefore ?? 0,
    reachedAt: written.reached
      ? readDate({ isAllDay }, written.reached, 'reached')
      : readDate({ isAllDay }, occurrence, 'occurrence'),
    checkAt: null,
    version: 1,
    createdAt: tx.now,
    updatedAt: tx.now,
  };
  checkSeries(toSeries(series));
  requireDates(series);
  return series;
}

/** A preset stands for a rule; any other rule is CUSTOM. */
function presetOf({ preset }: WrittenSeries, rule: ReturnType<typeof parseRule>): RecurrencePreset {
  if (!preset || preset === 'CUSTOM') return 'CUSTOM';
  const named = formatRule({ ...presetRule({ preset, interval: 1 }), interval: rule.interval });
  return named === formatRule({ ...rule, count: null, until: null }) ? preset : 'CUSTOM';
}

/** A second occurrence on a day differs from the first by milliseconds. */
const secondOfDay = /^\d{4}-\d\d-\d\dT00:00:00\.\d{3}Z$/;
const dayMs = 24 * 60 * 60 * 1000;

/** A date of a recurrence in a file: a day or an instant. @throws AppError `INVALID_INPUT` on the field. */
export function readDate({ isAllDay }: Pick<Recurrence, 'isAllDay'>, text: string, field: string): Date {
  const schema: z.ZodType<string | Date> = isAllDay && !secondOfDay.test(text) ? daySchema : instantTextSchema;
  return new Date(validate(schema, text, [field]));
}

/** The opposite of `readDate`. */
export function writeDate({ isAllDay }: Pick<Recurrence, 'isAllDay'>, date: Date): string {
  const text = date.toISOString();
  return isAllDay && date.getTime() % dayMs === 0 ? text.slice(0, 10) : text;
}
