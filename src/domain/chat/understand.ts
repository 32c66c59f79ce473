import type { ChatProposal } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { hashProposal } from './hash.ts';
import { type HashedProposal, interpret } from './interpret.ts';
import type { Action, Due, Proposal } from './proposal.ts';

/** The role of a message in its conversation: something new, or the answer to a pending proposal. */
export type Understanding =
  | { kind: 'NEW'; proposal: HashedProposal }
  | { kind: 'CONFIRM'; open: ChatProposal }
  | { kind: 'DROP'; open: ChatProposal };

/**
 * Interprets a message in the context of the last proposal of its conversation. A clear new command replaces a pending
 * proposal.
 */
export async function understand(
  acting: Pick<Acting, 'app' | 'viewer'>,
  text: string,
  last: ChatProposal | null,
): Promise<Understanding> {
  const content = last?.content as Proposal | undefined;
  const isWaiting = last?.status === 'PENDING';
  const question = last?.status === 'ANSWERED' ? content?.clarification : null;
  if (!last || !content || !(isWaiting || question)) return understandNew(acting, text);
  const { interpretReply } = await import('./rules/replies.ts');
  const context = { now: acting.app.clock.now(), timeZone: acting.viewer.timeZone };
  const reply = interpretReply(text, question ?? null, context);
  switch (reply.kind) {
    case 'DROP':
      return { kind: 'DROP', open: last };
    case 'CONFIRM':
      return isWaiting ? { kind: 'CONFIRM', open: last } : understandNew(acting, text);
    case 'FILL_TITLE':
      return filled(content, { title: reply.title });
    case 'FILL_DUE':
      return filled(content, { due: reply.due });
    default:
      return understandNew(acting, text);
  }
}

async function understandNew(acting: Pick<Acting, 'app' | 'viewer'>, text: string): Promise<Understanding> {
  return { kind: 'NEW', proposal: await interpret(acting, { text }) };
}

/** The pending proposal with the answer filled in. */
function filled(asked: Proposal, answer: { title: string } | { due: Due }): Understanding {
  const actions = asked.actions.map((action): Action => ('reminders' in action ? { ...action, ...answer } : action));
  const content = { ...asked, actions, clarification: null, confidence: Math.max(asked.confidence, 0.9) };
  return { kind: 'NEW', proposal: { content, hash: hashProposal(content) } };
}
