import type { Kind } from '../../events/contract.ts';
import {
  type ErasureRule,
  erase,
  erasedText,
  isPrivatePayload,
  isPrivateRow,
  ownedByUser,
} from '../records/erasure-rule.ts';

const deleteTasks = `WITH private AS (SELECT id FROM task WHERE ${isPrivateRow} ORDER BY id FOR UPDATE)
  DELETE FROM task WHERE "tenantId" = $1 AND id IN (SELECT id FROM private)`;

/** Tasks of others may belong to such a recurrence, so it stays, without its texts. */
const emptySeries = `UPDATE recurrence SET title = '${erasedText}', notes = NULL, tags = '{}', version = version + 1,
  "updatedAt" = $3 WHERE ${isPrivateRow}`;

const deleteInvitations = `DELETE FROM invitation
  WHERE "tenantId" = $1 AND email = (SELECT email FROM "user" WHERE id = $2)`;

/** The tokens are already revoked; only their names are personal. */
const renameTokens = `UPDATE access_token SET name = '${erasedText}' WHERE "tenantId" = $1 AND "userId" = $2`;

/** The user of a conversation is the actor of its events. */
const said: ErasureRule = { isTheirs: () => '"actorId" = $2::uuid', rows: 'CASCADE' };

export type ErasureRules<K extends string> = { readonly [Name in K]: ErasureRule };

/**
 * How the personal data of a former member is erased, for each kind of record, in the order in which rows are deleted.
 */
export const erasureRules: ErasureRules<Kind> = {
  task: {
    isTheirs: isPrivatePayload,
    rows: (tx, member) => erase(tx, member, { name: 'erase-tasks', sql: deleteTasks, event: 'task.purged' }),
  },
  recurrence: {
    isTheirs: isPrivatePayload,
    rows: (tx, member) => {
      const event = 'recurrence.updated';
      return erase(tx, member, { name: 'erase-series', sql: emptySeries, event, values: [tx.now] });
    },
  },
  conversation: ownedByUser('conversation'),
  chatMessage: said,
  chatProposal: said,
  reminder: ownedByUser('reminder'),
  savedFilter: ownedByUser('saved_filter'),
  webhook: ownedByUser('webhook'),
  calendarFeed: ownedByUser('calendar_feed'),
  transfer: ownedByUser('transfer'),
  invitation: {
    isTheirs: (payload) => `${payload}->>'email' = (SELECT email FROM "user" WHERE id = $2::uuid)`,
    rows: (tx, member) => erase(tx, member, { name: 'erase-invitations', sql: deleteInvitations }),
  },
  accessToken: {
    isTheirs: (payload) => `${payload}->>'userId' = $2::text`,
    rows: (tx, member) => erase(tx, member, { name: 'erase-tokens', sql: renameTokens }),
  },
  comment: {
    isTheirs: (payload) => `${payload}->>'authorId' = $2::text AND ${payload}->>'text' <> '${erasedText}'`,
    rows: 'LATER',
  },
  user: { isTheirs: () => '"objectId" = $2::uuid', rows: 'LATER' },
  project: 'KEPT',
  membership: 'KEPT',
  erasure: 'KEPT',
  execution: 'KEPT',
  executionStep: 'KEPT',
};
