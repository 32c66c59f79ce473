import { pageCost } from '../connection.ts';

/* One point for about 0.1 ms of computing dates, as measured with the rules that take longest. */
const pointsPerSearch = 20;
const pointsPerHourlySearch = 1_200;
const pointsPerDate = 5;

type Rules = { repeat?: { rrule?: string | null } | null; rule?: string | null };

/** The cost of a preview. An HOURLY rule may search thousands of hours before it is refused. */
export function previewCost({ input, first }: { input: Rules; first?: number | null }) {
  const dates = first ?? 10;
  const rule = input.repeat?.rrule ?? input.rule ?? '';
  const search = /hourly/i.test(rule) ? pointsPerHourlySearch : pointsPerSearch;
  return { field: search + pointsPerDate * dates, multiplier: dates };
}

/** The cost of the future dates of a stored rule, which has dates. */
export function occurrencesCost(args: { first?: number | null; last?: number | null }) {
  const { multiplier } = pageCost(args);
  return { field: pointsPerSearch + pointsPerDate * multiplier, multiplier };
}
