import { isDeepStrictEqual } from 'node:util';
import type { EventTypeOf, LoggedProject } from '../../events/contract.ts';
import { lockRecords } from '../records/lock-records.ts';
import { recordNext, writeRecords } from '../records/save-records.ts';
import type { Undoable } from '../records/undoable.ts';
import { requireManager } from './manage.ts';
import { projectRecords } from './store.ts';

type ProjectEventType = EventTypeOf<'project'>;

/** The event that undoes each event of a project. A deleted project is gone. */
const inverses: Record<Exclude<ProjectEventType, 'project.deleted'>, ProjectEventType> = {
  'project.created': 'project.archived',
  'project.updated': 'project.updated',
  'project.archived': 'project.restored',
  'project.restored': 'project.archived',
  'project.memberAdded': 'project.memberRemoved',
  'project.memberRemoved': 'project.memberAdded',
};

/** How changes of projects are undone; a created project is archived. */
export const undoableProject: Undoable<LoggedProject, ProjectEventType> = {
  lock: (tx, { viewer }, ids) => lockRecords(tx, projectRecords, viewer, ids),
  describe: (project) => `The project "${project.name}"`,
  restore: (tx, current, { event, before }) => {
    if (event === 'project.deleted') return null;
    const changes = before ? restored(before) : { archivedAt: tx.now };
    return recordNext(tx, projectRecords, { before: current, event: inverses[event], changes });
  },
  save: async (tx, { viewer }, undone) => {
    for (const { before, after } of undone) if (changesWhoSees(before, after)) requireManager(viewer, before);
    await writeRecords(tx, projectRecords, undone);
  },
};

function restored({ name, color, isPrivate, position, archivedAt, memberIds }: LoggedProject) {
  return { name, color, isPrivate, position, archivedAt, memberIds };
}

function changesWhoSees(before: LoggedProject, after: LoggedProject): boolean {
  return before.isPrivate !== after.isPrivate || !isDeepStrictEqual(before.memberIds, after.memberIds);
}
