import { z } from 'zod';
import type { User } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { timeZoneSchema, validate } from '../../shared/validate.ts';
import type { Acting } from '../acting.ts';
import { change } from '../change.ts';

/** The name of a user. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'A name needs at least one character.')
  .max(200, 'A name has at most 200 characters.');

const inputSchema = z.object({
  name: nameSchema.nullish(),
  timeZone: timeZoneSchema.nullish(),
});
export type UpdateMeInput = z.input<typeof inputSchema>;

const columns = 'id, email, name, "timeZone", "createdAt", "updatedAt"';

/** Changes the viewer's own name or time zone; what is omitted or null stays. @throws AppError `INVALID_INPUT`. */
export async function updateMe(
  acting: Acting,
  { input, idempotencyKey }: { input: UpdateMeInput; idempotencyKey?: string | null },
): Promise<{ user: User; changeId: string }> {
  const wanted = validate(inputSchema, input);
  return change(acting, { operation: 'updateMe', input, idempotencyKey }, async (tx) => {
    const id = acting.viewer.userId;
    const [before] = await tx.query<User>('lock-user', `SELECT ${columns} FROM "user" WHERE id = $1 FOR UPDATE`, [id]);
    if (!before) throw notFound('The user');
    const user = {
      ...before,
      name: wanted.name ?? before.name,
      timeZone: wanted.timeZone ?? before.timeZone,
      updatedAt: tx.now,
    };
    await tx.query('update-user', 'UPDATE "user" SET name = $2, "timeZone" = $3, "updatedAt" = $4 WHERE id = $1', [
      id,
      user.name,
      user.timeZone,
      user.updatedAt,
    ]);
    tx.record({ type: 'user.updated', objectId: id, before, after: user });
    return { user };
  });
}
