import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { authorize } from '../../auth/permissions.ts';
import { Prisma, type User } from '../../generated/prisma/client.ts';
import { textOf } from '../../shared/maximum.ts';
import { timeZoneSchema } from '../../shared/time-zone.ts';
import { validate, visibleText } from '../../shared/validate.ts';
import type { Acting } from '../records/acting.ts';
import { type Change, change, type Keyed } from '../records/change.ts';
import { lockRecord } from '../records/lock-records.ts';
import { type Asker, defineRecords } from '../records/record-kind.ts';
import { saveRecord } from '../records/save-records.ts';
import { defaultRemindersSchema } from '../reminder-rules/input.ts';

export const nameLength = textOf(200, 'The name');

/** The name of a user. */
export const nameSchema = visibleText('The name', nameLength);

const inputSchema = z.object({
  name: nameSchema.nullish(),
  timeZone: timeZoneSchema.nullish(),
  defaultReminders: defaultRemindersSchema.nullish(),
  wantsReminderMails: z.boolean().nullish(),
});
type UpdateMeInput = z.input<typeof inputSchema>;

/**
 * Updates the viewer's name, time zone and settings. Fields that are omitted or null are not changed. @throws AppError
 * `FORBIDDEN`, `INVALID_INPUT`.
 */
export async function updateMe(
  acting: Acting,
  { input, idempotencyKey }: Keyed<UpdateMeInput>,
): Promise<{ user: User; changeId: string }> {
  authorize(acting.viewer, 'user:write');
  const wanted = validate(inputSchema, input);
  return change(acting, { operation: 'updateMe', input, idempotencyKey }, async (tx) => {
    const given = Object.entries(wanted).filter(([, value]) => value != null);
    return { user: await changeUser(tx, acting.viewer, Object.fromEntries(given)) };
  });
}

/** Users, of whichever tenants. Each changes only themselves. */
export const userRecords = defineRecords<'user', User>({
  kind: 'user',
  table: '"user"',
  noun: 'user',
  fields: Prisma.UserScalarFieldEnum,
  key: ['id'],
  fixed: ['email'],
  seen: (user) => `"user".id = ${user}`,
  erasure: { isTheirs: () => '"objectId" = $2::uuid', rows: 'LATER' },
});

type UserSettings = Pick<User, 'name' | 'timeZone' | 'defaultReminders' | 'wantsReminderMails'>;

/** Updates the settings of a user as part of a larger change. @throws AppError `NOT_FOUND`. */
export async function changeUser(tx: Change, member: Asker, changes: Partial<UserSettings>): Promise<User> {
  const before = await lockRecord(tx, userRecords, member, { id: member.userId });
  if (isDeepStrictEqual({ ...before, ...changes }, before)) return before;
  return saveRecord(tx, userRecords, before, { event: 'user.updated', changes });
}
