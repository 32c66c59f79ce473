import type { RuleChoice } from '../../domain/recurrences/choose-rule.ts';
import { AppError, type FieldFault, invalidInput } from '../../shared/errors.ts';

const presets = { DAY: 'DAILY', WEEK: 'WEEKLY', MONTH: 'MONTHLY', YEAR: 'YEARLY' } as const;

/** The `@oneOf` fields of an input about a recurrence, as GraphQL has checked them. */
export type RecurrenceFields<Task = unknown> = {
  firstOccurrence?: { taskId?: string | null; task?: Task | null } | null;
  repeat?: { every?: { unit: keyof typeof presets; interval: number } | null; rrule?: string | null } | null;
  end?: { until?: string | null; count?: number | null } | null;
};

type Path = readonly (string | number)[];
/** Maps the fields of the domain to the input fields that the client gave. */
type Places = Record<string, Path>;

/**
 * Runs an operation on the domain's input, which has the fields of `firstOccurrence`, `repeat` and `end` side by side, as
 * the deprecated fields of the API have them. Faults name the fields that the client gave.
 * @throws AppError `INVALID_INPUT` when a field is given in both forms.
 */
export async function withFlatInput<Input extends RuleChoice, R>(
  { firstOccurrence, repeat, end, ...rest }: Input & RecurrenceFields,
  work: (input: Input) => R | Promise<R>,
): Promise<R> {
  const places: Places = {};
  const flat: Record<string, unknown> = { ...rest };
  const put = (field: string, group: keyof RecurrenceFields, value: unknown, inner: Path) => {
    if (flat[field] != null) throw twice(group, field);
    flat[field] = value;
    places[field] = value == null ? ['input', group] : ['input', group, ...inner];
  };
  if (firstOccurrence) {
    put('taskId', 'firstOccurrence', firstOccurrence.taskId, ['taskId']);
    put('task', 'firstOccurrence', firstOccurrence.task, ['task']);
  }
  if (repeat) {
    const { every, rrule } = repeat;
    put('preset', 'repeat', every ? presets[every.unit] : 'CUSTOM', every ? ['every', 'unit'] : ['rrule']);
    put('interval', 'repeat', every?.interval, ['every', 'interval']);
    put('rule', 'repeat', rrule, ['rrule']);
  }
  if (end !== undefined) {
    // A new end replaces the other form of end.
    put('until', 'end', end?.until ?? null, ['until']);
    put('count', 'end', end?.count ?? null, ['count']);
  }
  return namedAsGiven(places, () => work(flat as Input));
}

function twice(group: string, field: string): AppError {
  return invalidInput([{ path: ['input', group], message: `This cannot be combined with ${field}.` }]);
}

async function namedAsGiven<R>(places: Places, work: () => R | Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AppError) || !error.fields) throw error;
    throw invalidInput(error.fields.map((fault) => placed(fault, places)));
  }
}

function placed({ path, message }: FieldFault, places: Places): FieldFault {
  const [, field, ...inner] = path;
  const place = places[String(field)];
  return { path: place ? [...place, ...inner] : path, message };
}
