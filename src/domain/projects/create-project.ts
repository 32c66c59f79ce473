import { authorize } from '../../auth/permissions.ts';
import type { LoggedProject } from '../../events/contract.ts';
import { conflict } from '../../shared/errors.ts';
import { newId } from '../../shared/ids.ts';
import { validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { type CreateProjectInput, createProjectSchema, defaultColor } from './input.ts';
import { insertProject } from './store.ts';

/** Lists read each project that their viewer can see, so the number is limited. */
const maxProjects = 1_000;

/**
 * Creates a project after all others, with the viewer as its member. @throws AppError `INVALID_INPUT`; `CONFLICT` if
 * the tenant has 1,000 projects.
 */
export async function createProject(
  acting: Acting,
  { input, idempotencyKey }: Keyed<CreateProjectInput>,
): Promise<{ project: LoggedProject; changeId: string }> {
  authorize(acting.viewer, 'task:write');
  const { name, color, isPrivate } = validate(createProjectSchema, input);
  return change(acting, { operation: 'createProject', input, idempotencyKey }, async (tx) => {
    const { tenantId, userId } = acting.viewer;
    const project: LoggedProject = {
      id: newId(),
      tenantId,
      creatorId: userId,
      name,
      color: color ?? defaultColor,
      isPrivate: isPrivate ?? false,
      position: await takePosition(tx, tenantId),
      version: 1,
      createdAt: tx.now,
      updatedAt: tx.now,
      archivedAt: null,
      memberIds: [userId],
    };
    await insertProject(tx, project);
    return { project };
  });
}

/** Counted while the tenant is locked, so that concurrent calls cannot exceed the limit. */
async function takePosition(tx: Change, tenantId: string): Promise<number> {
  await tx.write('lock-tenant', 'SELECT FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
  const [taken] = await tx.query<{ count: number; last: number | null }>(
    'count-projects',
    'SELECT count(*)::int AS count, max(position) AS last FROM project WHERE "tenantId" = $1',
    [tenantId],
  );
  if (taken && taken.count >= maxProjects) {
    throw conflict(`A tenant can have at most ${maxProjects} projects. Delete an empty project first.`);
  }
  return (taken?.last ?? 0) + 1;
}
