import { type Placed, sightByPlace } from '../projects/visibility.ts';

/** Users who can see a task can see its comments and reminders too. */
export const taskSight = sightByPlace<Placed>('task');
