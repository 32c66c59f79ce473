import { type Placed, sightByPlace } from '../projects/visibility.ts';
import { taskSight } from '../tasks/visibility.ts';

/** A recurrence in no project can also be seen by users who can see one of its tasks. */
export const recurrenceSight = sightByPlace<Placed & { tasks: readonly Placed[] }>('recurrence', {
  sql: (user) => `EXISTS (SELECT FROM task WHERE task."tenantId" = recurrence."tenantId"
    AND task."recurrenceId" = recurrence.id AND ${taskSight.sql(user)})`,
  sees: (userId, { tasks }, seesProject) => tasks.some((task) => taskSight.sees(userId, task, seesProject)),
});
