import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Prisma, type User } from '../../generated/prisma/client.ts';
import { notFound } from '../../shared/errors.ts';
import { timeZoneSchema, validate } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change } from '../records/change.ts';
import { defaultRemindersSchema } from '../reminder-rules/input.ts';

/** The name of a user. */
export const nameSchema = z
  .string()
  .trim()
  .min(1, 'The name must have at least one character.')
  .max(200, 'The name can have at most 200 characters.');

const inputSchema = z.object({
  name: nameSchema.nullish(),
  timeZone: timeZoneSchema.nullish(),
  defaultReminders: defaultRemindersSchema.nullish(),
  wantsReminderMails: z.boolean().nullish(),
});
export type UpdateMeInput = z.input<typeof inputSchema>;

/**
 * Updates the viewer's name, time zone and settings. Fields that are omitted or null are not changed. @throws AppError
 * `INVALID_INPUT`.
 */
export async function updateMe(
  acting: Acting,
  { input, idempotencyKey }: { input: UpdateMeInput; idempotencyKey?: string | null },
): Promise<{ user: User; changeId: string }> {
  const wanted = validate(inputSchema, input);
  return change(acting, { operation: 'updateMe', input, idempotencyKey }, async (tx) => {
    const given = Object.entries(wanted).filter(([, value]) => value != null);
    return { user: await changeUser(tx, acting.viewer.userId, Object.fromEntries(given)) };
  });
}

const columns = Object.keys(Prisma.UserScalarFieldEnum) as (keyof User)[];
const quoted = columns.map((column) => `"${column}"`).join(', ');
const lock = `SELECT ${quoted} FROM "user" WHERE id = $1 FOR UPDATE`;
const update = `UPDATE "user" SET name = $2, "timeZone" = $3, "defaultReminders" = $4, "wantsReminderMails" = $5, "updatedAt" = $6
  WHERE id = $1`;

type UserSettings = Pick<User, 'name' | 'timeZone' | 'defaultReminders' | 'wantsReminderMails'>;

/** Updates the settings of a user as part of a larger change. @throws AppError `NOT_FOUND`. */
export async function changeUser(tx: Change, id: string, changes: Partial<UserSettings>): Promise<User> {
  const [before] = await tx.query<User>('lock-user', lock, [id]);
  if (!before) throw notFound('The user');
  if (isDeepStrictEqual({ ...before, ...changes }, before)) return before;
  const user = { ...before, ...changes, updatedAt: tx.now };
  const { name, timeZone, defaultReminders, wantsReminderMails, updatedAt } = user;
  await tx.query('update-user', update, [
    id,
    name,
    timeZone,
    JSON.stringify(defaultReminders),
    wantsReminderMails,
    updatedAt,
  ]);
  tx.record({ type: 'user.updated', objectId: id, before, after: user });
  return user;
}
