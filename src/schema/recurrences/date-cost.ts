import { pageCost } from '../connection.ts';

/* One point for about 0.1 ms of computing dates, as measured with the rules that take longest. */
const usual = { search: 20, date: 5 };
const hourly = { search: 1_800, date: 25 };

type Rules = {
  repeat?: { every?: object | null; rrule?: string | null } | null;
  rule?: string | null;
  preset?: string | null;
};

type Preview = { input: Rules; first?: number | null };

/** The cost of a preview. An HOURLY rule may search thousands of hours before it is refused. */
export function previewCost({ input, first }: Preview) {
  return costOf(input.repeat?.rrule ?? input.rule ?? '', first);
}

/** The cost of a preview of a change. A change without a rule has the stored rule, which may be HOURLY. */
export function previewUpdateCost({ input, first }: Preview) {
  const { every, rrule } = input.repeat ?? {};
  const isStored = !every && !rrule && !input.rule && (!input.preset || input.preset === 'CUSTOM');
  return costOf(isStored ? 'HOURLY' : (rrule ?? input.rule ?? ''), first);
}

function costOf(rule: string, first: number | null | undefined) {
  const dates = first ?? 10;
  const points = /hourly/i.test(rule) ? hourly : usual;
  return { field: points.search + points.date * dates, multiplier: dates };
}

/** The cost of the future dates of a stored rule, which has dates. */
export function occurrencesCost(args: { first?: number | null; last?: number | null }) {
  const { multiplier } = pageCost(args);
  return { field: usual.search + usual.date * multiplier, multiplier };
}
