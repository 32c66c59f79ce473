/**
 * A parameter of a prepared statement whose value the planner does not see. PostgreSQL keeps the plan of a statement
 * only if plans for single values do not look cheaper. With all values unseen every plan is the same, so it keeps the
 * plan whatever the values and the data are. For statements whose one plan serves all values; a test checks that they
 * keep their plans (test/integration/database/kept-plans.test.ts).
 */
export function unseen(parameter: string, type: string): string {
  // The outer cast makes ANY take an array as one value.
  return `(SELECT ${parameter}::${type})::${type}`;
}
