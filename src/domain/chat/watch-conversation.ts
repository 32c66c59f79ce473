import { authorize } from '../../auth/permissions.ts';
import type { LoggedEvent } from '../../events/contract.ts';
import type { StreamOptions, StreamSignal, Watched } from '../../events/event-log.ts';
import type { ChatMessage, ChatProposal } from '../../generated/prisma/client.ts';
import type { StreamCursor } from '../../shared/cursor.ts';
import type { Acting } from '../records/acting.ts';
import { readConversation } from './conversations.ts';

/** A payload for a subscriber to a conversation, in addition to the items of the stream. */
export type ConversationStreamItem =
  | StreamSignal
  | { kind: 'MESSAGE'; cursor: StreamCursor; event: LoggedEvent; message: ChatMessage }
  | { kind: 'PROPOSAL'; cursor: StreamCursor; event: LoggedEvent; proposal: ChatProposal };

/** The messages and proposals of a conversation of the viewer. @throws AppError `NOT_FOUND`. */
export async function watchConversation(
  acting: Acting,
  { id, ...options }: StreamOptions & { id: string },
): Promise<Watched<ConversationStreamItem>> {
  const { app, viewer } = acting;
  authorize(viewer, 'chat:use');
  await readConversation(acting, id);
  const judge = (event: LoggedEvent) => select(id, event);
  return app.events.watch({ ...options, tenantId: viewer.tenantId, judge, subscriber: null });
}

function select(conversationId: string, event: LoggedEvent): ConversationStreamItem | null {
  const { cursor } = event;
  switch (event.type) {
    case 'chatMessage.added':
      return event.after?.conversationId === conversationId
        ? { kind: 'MESSAGE', cursor, event, message: event.after }
        : null;
    case 'chatProposal.made':
    case 'chatProposal.executed':
    case 'chatProposal.discarded':
      return event.after?.conversationId === conversationId
        ? { kind: 'PROPOSAL', cursor, event, proposal: event.after }
        : null;
    default:
      return null;
  }
}
