import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { conflict, invalidInput } from '../../shared/errors.ts';
import type { Change } from '../records/change.ts';
import type { RecurrenceEdits } from '../recurrences/input.ts';
import { chosenOf } from '../recurrences/plan-edit.ts';
import { onlyAnswer } from '../task-operations/answer.ts';
import { editTasks } from '../task-operations/edit-tasks.ts';

/** Fields that apply only to the whole recurrence. */
const ofSeries = [
  ...(['preset', 'interval', 'rule', 'until', 'count', 'timeZone'] as const),
  ...(['basis', 'missed', 'monthEnd', 'skipWeekends', 'generateAhead'] as const),
] satisfies (keyof RecurrenceEdits)[];

/**
 * Changes only one open occurrence, like updateTask; its recurrence is not changed. @throws AppError `INVALID_INPUT`
 * for fields that a single occurrence does not have; `NOT_FOUND` like `chosenOf`; `CONFLICT` if none is open.
 */
export async function editOne(
  tx: Change,
  viewer: Viewer,
  { edits, open }: { edits: RecurrenceEdits; open: readonly Task[] },
): Promise<void> {
  const given = ofSeries.filter((field) => edits[field] !== undefined);
  const message = 'This field cannot be changed for one occurrence. Use the scope THIS_AND_FOLLOWING or ALL.';
  if (given.length > 0) throw invalidInput(given.map((field) => ({ path: ['input', field], message })));
  const chosen = chosenOf(open, edits.taskId);
  if (!chosen) throw conflict('The recurrence has no open occurrence.');
  onlyAnswer(await editTasks(tx, viewer, { targets: [chosen], editsOf: () => edits, shared: edits }));
}
