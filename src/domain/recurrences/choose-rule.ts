import type { Recurrence } from '../../generated/prisma/client.ts';
import type { RecurrencePreset } from '../../generated/prisma/enums.ts';
import { isDayInRange, isInstantInRange, range } from '../../shared/date-range.ts';
import { AppError, invalidInput } from '../../shared/errors.ts';
import { formatRule, parseRule, presetRule, type Rule, untilEndOf } from '../rrule/index.ts';

/** A rule in the input: a preset with an interval, or CUSTOM with its text; and its end. */
export type RuleChoice = {
  preset?: RecurrencePreset | null;
  interval?: number | null;
  rule?: string | null;
  /** The last day. */
  until?: string | null;
  count?: number | null;
};
type Chosen = Pick<Recurrence, 'preset' | 'rule'>;

/**
 * The rule of the input; `zone` is null for whole days. @throws AppError `INVALID_INPUT` with the path of the field.
 */
export function chooseRule(choice: RuleChoice & { preset: RecurrencePreset }, zone: string | null): Chosen {
  const ends = { until: choice.until ?? undefined, count: choice.count ?? undefined };
  return inInput(() => ended(choice.preset, bareChoice(choice), { ends, zone }));
}

/** A changed rule: omitted parts are not changed, null removes the end. */
export function changeRule({ preset, rule, isAllDay, timeZone }: Recurrence, choice: RuleChoice): Chosen {
  const current = parseRule(rule);
  const zone = isAllDay ? null : timeZone;
  return inInput(() => {
    if (choice.rule != null) {
      return ended('CUSTOM', bareChoice({ ...choice, preset: choice.preset ?? 'CUSTOM' }), { ends: choice, zone });
    }
    if (choice.preset == null && choice.interval == null) return ended(preset, current, { ends: choice, zone });
    const chosen = bareChoice({ ...choice, preset: choice.preset ?? preset });
    const { until, count } = current;
    return ended(choice.preset ?? preset, { ...chosen, until, count }, { ends: choice, zone });
  });
}

function bareChoice({ preset, interval, rule }: RuleChoice & { preset: RecurrencePreset }): Rule {
  if (preset !== 'CUSTOM') {
    if (rule) throw fault('rule', 'The rule is allowed only for CUSTOM.');
    return presetRule({ preset, interval: interval ?? 1 });
  }
  if (interval != null) throw fault('interval', 'The interval is not allowed for CUSTOM. Set it in the rule.');
  if (!rule) throw fault('rule', 'The rule is required for CUSTOM, such as FREQ=WEEKLY;BYDAY=MO,WE.');
  return withinRange(parseRule(rule));
}

/** Rules are validated in the input; stored rules are not. */
function withinRange(rule: Rule): Rule {
  const { until } = rule;
  const isInRange = !until || (until.kind === 'DATE' ? isDayInRange(until.date) : isInstantInRange(until.instant));
  if (!isInRange) throw fault('rule', `UNTIL must be a date ${range}.`);
  return rule;
}

type Ending = { ends: Pick<RuleChoice, 'until' | 'count'>; zone: string | null };

/** Parsed from its text, so that the same limits apply to all ends. */
function ended(preset: RecurrencePreset, rule: Rule, { ends, zone }: Ending): Chosen {
  const until = ends.until === undefined ? rule.until : ends.until === null ? null : untilEndOf(ends.until, zone);
  const count = ends.count === undefined ? rule.count : ends.count;
  if (until && count !== null) throw fault('until', 'count and until cannot be combined.');
  const text = formatRule({ ...rule, until, count });
  parseRule(text, [count !== null ? 'count' : 'rule']);
  return { preset, rule: text };
}

/** Adds `input` to the paths of the faults, as in the input of the client. */
export function inInput<R>(work: () => R): R {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error;
    throw invalidInput(error.fields.map(({ path, message }) => ({ path: ['input', ...path], message })));
  }
}

function fault(field: string, message: string) {
  return invalidInput([{ path: [field], message }]);
}
