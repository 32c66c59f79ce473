import { expect, test } from 'vitest';
import { listMessages } from '../../src/domain/chat/conversations.ts';
import type { Acting } from '../../src/domain/records/acting.ts';
import { previewOccurrences } from '../../src/domain/recurrences/preview-occurrences.ts';
import { findWebhook } from '../../src/domain/reminders/webhooks.ts';
import { completeTasks, updateTasks } from '../../src/domain/task-operations/bulk-tasks.ts';
import { listTokens } from '../../src/domain/tenants/access-tokens.ts';
import { listChangeIds, listRowErrors } from '../../src/domain/transfers/read-transfers.ts';
import { newId } from '../../src/shared/ids.ts';

const id = newId();
/** An owner whose token has no scope. There is no database, so nothing can be read before the refusal. */
const acting = {
  app: {},
  viewer: { tenantId: newId(), userId: newId(), role: 'OWNER', timeZone: 'UTC', scopes: new Set() },
  requestId: 'r',
} as unknown as Acting;

test.each<[string, () => Promise<unknown>]>([
  ['listTokens', () => listTokens(acting)],
  ['findWebhook', () => findWebhook(acting)],
  ['listMessages', () => listMessages(acting, id)],
  ['listRowErrors', () => listRowErrors(acting, { transferId: id, first: -1 })],
  ['listChangeIds', () => listChangeIds(acting, id)],
  ['previewOccurrences', () => previewOccurrences(acting, { id, last: 1 })],
  ['updateTasks', () => updateTasks(acting, { target: {}, changes: { moveDueByDays: 1e9 } })],
  ['completeTasks', () => completeTasks(acting, { target: {} })],
])('%s asks for its permission before it reads or validates anything', async (_, call) => {
  await expect(call()).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
