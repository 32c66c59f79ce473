import { isDeepStrictEqual } from 'node:util';
import type { LoggedProject } from '../../events/contract.ts';
import type { UndoRule } from '../records/undo-rule.ts';
import { requireManager } from './manage.ts';

/** How changes of projects are undone; a created project is archived, a deleted one is gone. */
export const undoProject: UndoRule<'project', LoggedProject> = {
  inverses: {
    'project.created': 'project.archived',
    'project.updated': 'project.updated',
    'project.archived': 'project.restored',
    'project.restored': 'project.archived',
    'project.memberAdded': 'project.memberRemoved',
    'project.memberRemoved': 'project.memberAdded',
    'project.deleted': null,
  },
  requires: () => ['task:write'],
  describe: (project) => `The project "${project.name}"`,
  restore: (_, { before }, now) => (before ? restored(before) : { archivedAt: now }),
  check: async (_, viewer, undone) => {
    for (const { before, after } of undone) if (changesWhoSees(before, after)) requireManager(viewer, before);
  },
};

function restored({ name, color, isPrivate, position, archivedAt, memberIds }: LoggedProject) {
  return { name, color, isPrivate, position, archivedAt, memberIds };
}

function changesWhoSees(before: LoggedProject, after: LoggedProject): boolean {
  return before.isPrivate !== after.isPrivate || !isDeepStrictEqual(before.memberIds, after.memberIds);
}
