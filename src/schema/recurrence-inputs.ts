import { builder } from './builder.ts';
import { RecurrencePresetType } from './recurrence-types.ts';
import { CreateTaskInput } from './task-inputs.ts';

export type InputFields = Parameters<NonNullable<Parameters<typeof builder.inputType>[1]['fields']>>[0];

const units = {
  DAY: { description: 'Days.' },
  WEEK: { description: 'Weeks, on the weekday of the first occurrence.' },
  MONTH: { description: 'Months, on the day of the month of the first occurrence.' },
  YEAR: { description: 'Years, on the month and day of the first occurrence.' },
} as const;

const RecurrenceUnit = builder.enumType('RecurrenceUnit', {
  description: 'The unit of the interval between two dates of a recurrence.',
  values: units,
});

const RecurrenceIntervalInput = builder.inputType('RecurrenceIntervalInput', {
  description: 'An interval between two dates, such as every 2 weeks.',
  fields: (t) => ({
    unit: t.field({ type: RecurrenceUnit, required: true, description: 'The unit of the interval.' }),
    interval: t.int({
      required: true,
      defaultValue: 1,
      description: 'The number of units between two dates, from 1 to 365.',
    }),
  }),
});

const RecurrenceRuleInput = builder.inputType('RecurrenceRuleInput', {
  description: 'The rule that determines the dates of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    every: t.field({ type: RecurrenceIntervalInput, description: 'The task repeats at this interval.' }),
    rrule: t.string({
      description:
        'The task repeats by this RRULE of RFC 5545, such as `FREQ=MONTHLY;BYDAY=-1FR`. The smallest frequency is HOURLY.',
    }),
  }),
});

const RecurrenceEndInput = builder.inputType('RecurrenceEndInput', {
  description: 'The end of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    until: t.field({ type: 'Date', description: 'The last day on which there can be an occurrence.' }),
    count: t.int({ description: 'The total number of occurrences, including the first one, from 1 to 10,000.' }),
  }),
});

export const FirstOccurrenceInput = builder.inputType('FirstOccurrenceInput', {
  description: 'The task that becomes the first occurrence of a recurrence.',
  isOneOf: true,
  fields: (t) => ({
    taskId: t.id({ description: 'The id of an existing task.' }),
    task: t.field({ type: CreateTaskInput, description: 'A new task.' }),
  }),
});

/** The rule and the end, in each input that determines the dates of a recurrence. */
export function ruleFields(t: InputFields, { repeat, end }: { repeat: string; end: string }) {
  const instead = { rule: { deprecationReason: 'Use `repeat`.' }, end: { deprecationReason: 'Use `end`.' } };
  return {
    repeat: t.field({ type: RecurrenceRuleInput, description: repeat }),
    end: t.field({ type: RecurrenceEndInput, description: end }),
    preset: t.field({
      type: RecurrencePresetType,
      description: 'The form in which the rule is given.',
      ...instead.rule,
    }),
    interval: t.int({
      description:
        'The number of days, weeks, months or years between two dates, from 1 to 365. Not allowed for CUSTOM.',
      ...instead.rule,
    }),
    rule: t.string({
      description: 'An RRULE of RFC 5545. Required for CUSTOM and not allowed for other presets.',
      ...instead.rule,
    }),
    until: t.field({
      type: 'Date',
      description: 'The last day on which there can be an occurrence. It cannot be combined with `count`.',
      ...instead.end,
    }),
    count: t.int({
      description: 'The total number of occurrences, including the first one. It cannot be combined with `until`.',
      ...instead.end,
    }),
  };
}
