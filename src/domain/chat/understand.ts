import type { ChatProposal } from '../../generated/prisma/client.ts';
import type { Acting } from '../records/acting.ts';
import { hashProposal } from './hash.ts';
import { type HashedProposal, interpret } from './interpret.ts';
import type { Action, Due, Proposal } from './proposal.ts';

/** What a message is in its conversation: something new, or the answer to what the last one left open. */
export type Understanding =
  | { kind: 'NEW'; proposal: HashedProposal }
  | { kind: 'CONFIRM'; open: ChatProposal }
  | { kind: 'DROP'; open: ChatProposal };

/** Reads a message against the last proposal of its conversation. A clear new command replaces what was open. */
export async function understand(
  acting: Pick<Acting, 'app' | 'viewer'>,
  text: string,
  last: ChatProposal | null,
): Promise<Understanding> {
  const content = last?.content as Proposal | undefined;
  const isWaiting = last?.status === 'PENDING';
  const question = last?.status === 'ANSWERED' ? content?.clarification : null;
  if (!last || !content || !(isWaiting || question)) return anew(acting, text);
  const { interpretReply } = await import('./rules/replies.ts');
  const context = { now: acting.app.clock.now(), timeZone: acting.viewer.timeZone };
  const reply = interpretReply(text, question ?? null, context);
  switch (reply.kind) {
    case 'DROP':
      return { kind: 'DROP', open: last };
    case 'CONFIRM':
      return isWaiting ? { kind: 'CONFIRM', open: last } : anew(acting, text);
    case 'FILL_TITLE':
      return filled(content, { title: reply.title });
    case 'FILL_DUE':
      return filled(content, { due: reply.due });
    default:
      return anew(acting, text);
  }
}

async function anew(acting: Pick<Acting, 'app' | 'viewer'>, text: string): Promise<Understanding> {
  return { kind: 'NEW', proposal: await interpret(acting, { text }) };
}

/** The question's proposal with the answer in its place. */
function filled(asked: Proposal, answer: { title: string } | { due: Due }): Understanding {
  const actions = asked.actions.map((action): Action => ('reminders' in action ? { ...action, ...answer } : action));
  const content = { ...asked, actions, clarification: null, confidence: Math.max(asked.confidence, 0.9) };
  return { kind: 'NEW', proposal: { content, hash: hashProposal(content) } };
}
