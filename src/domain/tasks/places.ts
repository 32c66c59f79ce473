import type { Viewer } from '../../auth/viewer.ts';
import { TaskStatus } from '../../generated/prisma/enums.ts';
import { projectSight } from '../projects/visibility.ts';
import { statusIs } from './conditions.ts';
import type { Moment } from './due-period.ts';
import { filterSql, required, type TaskFilter } from './filter.ts';
import type { Parameters } from './parameters.ts';

/*
 * The tasks that a viewer can see are in places: created by them, assigned to them, each project; and within a place by
 * status. Indexes begin with place and status.
 */

/**
 * ORDER: each place is read in order, from an index. MATCH: the matches of a search or of tags are looked up and then
 * sorted, so the cost depends on the number of matches.
 */
export type Reading = 'ORDER' | 'MATCH';

/** Which tasks are read. */
export type Parts = { viewer: Viewer; filter: TaskFilter; moment: Moment; reading: Reading };

/** Places may overlap: a task can be in two. */
export type Place = {
  conditions: readonly string[];
  /** Leading columns of its index that the planner does not recognize as constant. */
  orderedBy: readonly string[];
  /** For many places, one for each row of this source. The conditions refer to its `place.id` and `place.status`. */
  each: string | null;
  /** Whether an index has its rows in order. */
  isOrdered: boolean;
};

const isPersonal = '"projectId" IS NULL';

export function placesOf({ viewer, filter, moment, reading }: Parts, parameters: Parameters): Place[] {
  const { tenant, user, add } = parameters;
  const conditions = [`"tenantId" = ${tenant}`, ...filterSql(filter, add, moment)];
  const seen = (more = '') =>
    `SELECT id FROM project WHERE project."tenantId" = ${tenant}${more} AND ${projectSight.sql(user)}`;
  if (reading === 'MATCH') {
    const isSeen = `(${isPersonal} AND ${user} IN ("creatorId", "assigneeId") OR "projectId" IN (${seen()}))`;
    return [{ conditions: [...conditions, isSeen], orderedBy: [], each: null, isOrdered: false }];
  }

  const status = required(filter, 'status');
  const statuses = status ? [status] : Object.values(TaskStatus);
  const place = (where: readonly string[], orderedBy: readonly string[] = []): Place[] =>
    statuses.map((one) => ({
      conditions: [...conditions, ...where, statusIs(one)],
      ...{ orderedBy, each: null, isOrdered: true },
    }));
  const projectId = required(filter, 'projectId');
  if (projectId) return place([`EXISTS (${seen(` AND id = ${add(projectId, 'uuid')}`)})`]);
  const projects: Place = {
    conditions: [...conditions, '"projectId" = place.id', 'status = place.status'],
    orderedBy: [],
    each: `SELECT seen.id, status FROM (${seen()}) seen CROSS JOIN unnest('{${statuses.join()}}'::"TaskStatus"[]) status`,
    isOrdered: true,
  };
  if (required(filter, 'hasProject')) return [projects];

  const assigneeId = required(filter, 'assigneeId');
  const made = (orderedBy?: readonly string[]) => place([isPersonal, `"creatorId" = ${user}`], orderedBy);
  const assigned = () => place([isPersonal, `"assigneeId" = ${user}`], ['"projectId"']);
  const madeForAnother = () => made(['"projectId"']);
  const personal = assigneeId
    ? (assigneeId === viewer.userId ? assigned : madeForAnother)()
    : [...made(), ...assigned()];
  return required(filter, 'hasProject') === false ? personal : [...personal, projects];
}

/** The rows of a place, in the order of its ending; of many places, in the order of each. */
export function rowsOf(
  { conditions, each }: Place,
  { columns, more = [], ending = '' }: { columns: string; more?: readonly string[]; ending?: string },
): string {
  const rows = `SELECT ${columns} FROM task WHERE ${[...conditions, ...more].join(' AND ')} ${ending}`;
  return each ? `SELECT scan.* FROM (${each}) place CROSS JOIN LATERAL (${rows}) scan` : rows;
}

export function unionOf(scans: readonly string[]): string {
  return scans.map((scan) => `(${scan})`).join(' UNION ALL ');
}
