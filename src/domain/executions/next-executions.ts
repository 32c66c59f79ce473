import { isExpired } from './expire-executions.ts';
import { isFull, lastUrgent, limits } from './slots.ts';

/** As SQL: whether a worker can take a row of the table execution. */
export function isReady(row: string): string {
  return `(${row}.status = 'QUEUED' OR ${row}."isAwake") AND (${isExpired(row)}) IS NOT TRUE`;
}

const isUrgent = `priority <= ${lastUrgent}`;

/** Before all tenants. */
export const noTenant = '00000000-0000-0000-0000-000000000000';

/** Which executions are taken next. */
export type ClaimTerms = {
  /** How many at most, and how many of them may be of ordinary priorities. */
  room: { all: number; ordinary: number };
  /** The tenants whose executions hold slots here, and how many. */
  holders: readonly { tenantId: string; all: number; ordinary: number }[];
  /** Tenants that come first, in this order. */
  fresh: readonly string[];
  /** Then come the tenants after this one, in the order of their ids, and from the first one again. */
  after: string;
  /** Only this execution, if it can be found among all of its tenant. */
  only?: string;
};

/** The values of `picked`, from $3 to $11. */
export function pickedValues(
  { room, holders, fresh, after, only }: ClaimTerms,
  changeIds: readonly string[],
): unknown[] {
  return [
    changeIds,
    room.ordinary,
    after,
    fresh,
    holders.map(({ tenantId }) => tenantId),
    holders.map(({ all }) => all),
    holders.map(({ ordinary }) => ordinary),
    // Of each of the others, one can be taken at least.
    room.all + holders.filter(isFull).length,
    only ?? null,
  ];
}

/**
 * As SQL, the CTEs up to `picked`: tenants take turns, and of a tenant, priority and age decide. Only as many tenants are
 * looked at as can have a turn, by one look into an index for each. So it costs the same however much is ready, and of
 * however many tenants. With `onlyUrgent`, tenants are passed over that have nothing urgent.
 */
export function pickedSql({ onlyUrgent }: { onlyUrgent: boolean }): string {
  const nextTenant = (after: string) =>
    `(SELECT "tenantId" FROM execution WHERE ${isReady('execution')}${onlyUrgent ? ` AND ${isUrgent}` : ''} AND "tenantId" > ${after}
          ORDER BY "tenantId" LIMIT 1)`;
  const readyOf = (condition: string, limit: string) =>
    `(SELECT id, priority, "createdAt" FROM execution WHERE ${isReady('execution')} AND "tenantId" = tenant.id AND ${condition}
          AND ($11::uuid IS NULL OR id = $11)
          ORDER BY priority, "createdAt" LIMIT greatest(0, ${limit}))`;
  return `
  ring AS (
    SELECT $5::uuid AS id, false AS "isAround", 0 AS n
    UNION ALL
    SELECT step.id, step."isAround", ring.n + 1
    FROM ring CROSS JOIN LATERAL (SELECT ${nextTenant('ring.id')} AS id OFFSET 0) next
      CROSS JOIN LATERAL (
        SELECT CASE WHEN next.id IS NOT NULL THEN next.id WHEN NOT ring."isAround" THEN ${nextTenant(`'${noTenant}'`)} END AS id,
          ring."isAround" OR next.id IS NULL AS "isAround" OFFSET 0
      ) step
    WHERE ring.n < $10::int AND step.id IS NOT NULL AND (NOT step."isAround" OR step.id <= $5)
  ), tenant AS (
    SELECT id, place FROM unnest($6::uuid[]) WITH ORDINALITY AS fresh(id, place)
    UNION ALL
    SELECT id, cardinality($6::uuid[]) + n FROM ring WHERE n > 0 AND id <> ALL ($6::uuid[])
  ), ready AS (
    SELECT e.id, tenant.place, e.priority > ${lastUrgent} AS "isOrdinary", ${limits.ofTenant} - coalesce(holder."all", 0) AS room,
      row_number() OVER (PARTITION BY tenant.id ORDER BY e.priority, e."createdAt") AS turn
    FROM tenant LEFT JOIN unnest($7::uuid[], $8::int[], $9::int[]) AS holder(id, "all", ordinary) USING (id)
      CROSS JOIN LATERAL (
        ${readyOf(isUrgent, `least(cardinality($3::uuid[]), ${limits.ofTenant} - coalesce(holder."all", 0))`)}
        UNION ALL
        ${readyOf(`NOT (${isUrgent})`, `least($4::int, ${limits.ordinaryOfTenant} - coalesce(holder.ordinary, 0))`)}
      ) e
  ), taken AS (
    SELECT id, row_number() OVER (ORDER BY turn, place) AS k
    FROM (
      SELECT id, turn, place, "isOrdinary", count(*) FILTER (WHERE "isOrdinary") OVER (ORDER BY turn, place) AS ordinary
      FROM ready WHERE turn <= room
    ) inTurn
    WHERE NOT "isOrdinary" OR ordinary <= $4
  ), picked AS MATERIALIZED (
    SELECT k, id, ($3::uuid[])[k] AS "changeId", 'execution ' || id AS "requestId"
    FROM taken WHERE k <= cardinality($3::uuid[])
  )`;
}
