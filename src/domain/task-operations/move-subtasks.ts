import type { Viewer } from '../../auth/viewer.ts';
import type { Task } from '../../generated/prisma/client.ts';
import { placementOf, placeTask } from '../projects/place-task.ts';
import type { Change } from '../records/change.ts';
import { lockFamily, subtasksIn } from '../tasks/family.ts';
import { changeTasks } from './change-task.ts';

/**
 * Moves the subtasks of a task that the viewer can see to its new project. @throws AppError `INVALID_INPUT` if the
 * assignee of one cannot see the project.
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
