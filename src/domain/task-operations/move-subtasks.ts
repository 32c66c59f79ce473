import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { lockFamily, subtasksIn } from '../tasks/family.ts';
import { changeTasks } from './change-task.ts';

/**
 * Takes the subtasks of a task along to the project where that went, as far as the viewer sees them.
 * @throws AppError `INVALID_INPUT` when somebody who is to do one does not see the project.
 */
export async function moveSubtasks(tx: Change, viewer: Viewer, before: Task, projectId: string | null): Promise<void> {
  const family = await lockFamily(tx, viewer, { below: [before.id] });
  const following = subtasksIn(family, before.id).filter((subtask) => subtask.projectId === before.projectId);
  for (const subtask of following) {
    const placement = placementOf(subtask, { ...subtask, projectId });
    if (placement) await placeTask(tx, viewer, placement);
  }
  const changes = following.map((subtask) => ({
    before: subtask,
    event: 'task.updated' as const,
    changes: { projectId },
  }));
  await changeTasks(tx, changes);
}
