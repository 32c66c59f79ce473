import type { Erasure } from '../../generated/prisma/client.ts';
import type { Change } from '../records/change.ts';
import { erasedText } from './store.ts';

const batchSize = 5_000;

/** Of these, who they are for is their `userId`. */
const personal = ['reminder', 'savedFilter', 'webhook', 'transfer', 'calendarFeed', 'accessToken', 'conversation'];

/** Whether a payload is of what `eraseRows` and `eraseComments` remove. Who chats is the actor of all that is said. */
const isTheirs = (payload: 'before' | 'after') => `(
  CASE split_part(type, '.', 1)
    ${personal.map((prefix) => `WHEN '${prefix}' THEN ${payload}->>'userId' = $2::text`).join('\n    ')}
    WHEN 'comment' THEN ${payload}->>'authorId' = $2::text AND ${payload}->>'text' <> '${erasedText}'
    WHEN 'chatMessage' THEN "actorId" = $2::uuid
    WHEN 'chatProposal' THEN "actorId" = $2::uuid
    WHEN 'user' THEN "objectId" = $2::uuid
    WHEN 'invitation' THEN ${payload}->>'email' = (SELECT email FROM "user" WHERE id = $2::uuid)
    WHEN 'task' THEN ${isPrivate(payload)}
    WHEN 'recurrence' THEN ${isPrivate(payload)}
    ELSE false
  END AND ${payload} IS NOT NULL)`;

/** What nobody but its creator could see at that time. */
function isPrivate(payload: 'before' | 'after'): string {
  return `${payload}->>'creatorId' = $2::text AND ${payload}->>'projectId' IS NULL
      AND coalesce(${payload}->>'assigneeId', $2::text) = $2::text`;
}

/** The events stay, with who did what when; the ids between two positions are looked at once. */
const erase = `
  WITH batch AS MATERIALIZED (SELECT id FROM event WHERE id > $3 AND id <= $4 ORDER BY id LIMIT ${batchSize}),
    erased AS (
      UPDATE event SET before = CASE WHEN ${isTheirs('before')} THEN NULL ELSE before END,
        after = CASE WHEN ${isTheirs('after')} THEN NULL ELSE after END
      FROM batch WHERE event.id = batch.id AND "tenantId" = $1 AND (${isTheirs('before')} OR ${isTheirs('after')})
      RETURNING 1)
  SELECT (SELECT max(id) FROM batch) AS position, (SELECT count(*)::int FROM erased) AS count`;

/** Removes a former member's words from the next events. @returns how far it is, null when there are no more. */
export async function eraseEvents(
  tx: Change,
  { tenantId, userId, position, lastEventId }: Erasure,
): Promise<{ position: bigint | null; count: number }> {
  const values = [tenantId, userId, position, lastEventId];
  const [done] = await tx.query<{ position: bigint | null; count: number }>('erase-events', erase, values);
  return done ?? { position: null, count: 0 };
}
