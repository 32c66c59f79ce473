import * as conversations_ from '../../domain/chat/conversations.ts';
import { confirmProposal as confirm, discardProposal as discard } from '../../domain/chat/end-proposal.ts';
import { interpret as interpretText } from '../../domain/chat/interpret.ts';
import type { Proposal } from '../../domain/chat/proposal.ts';
import { sendMessage as send } from '../../domain/chat/send-message.ts';
import type { ChatMessage, ChatProposal, Conversation } from '../../generated/prisma/client.ts';
import type { ProposalStatus } from '../../generated/prisma/enums.ts';
import type { RequestContext } from '../context.ts';

/** A proposal in the API: a stored one, or the result of `interpret`. */
export type ProposalShape = {
  id: string | null;
  hash: string;
  status: ProposalStatus | null;
  changeId: string | null;
  content: Proposal;
};

export type ExplanationShape = { field: string; start: number; end: number; rule: string };

export async function interpret(
  _: unknown,
  args: { text: string; now?: Date | null; timeZone?: string | null },
  context: RequestContext,
): Promise<ProposalShape> {
  return { id: null, status: null, changeId: null, ...(await interpretText(context, args)) };
}

export function messages({ id }: Conversation, _: unknown, context: RequestContext) {
  return conversations_.listMessages(context, id);
}

export async function messageProposal({ id }: ChatMessage, _: unknown, { loaders }: RequestContext) {
  const proposal = await loaders.proposalOfMessage.load(id);
  return proposal && toShape(proposal);
}

export function explanation({ content }: ProposalShape): ExplanationShape[] {
  return content.explanation.map(({ field, span: [start, end], rule }) => ({ field, start, end, rule }));
}

export const sendMessage = withProposal(send);
export const confirmProposal = withProposal(confirm);
export const discardProposal = withProposal(discard);

/** The resolver of a mutation that returns a proposal. */
function withProposal<Args, Result extends { proposal: ChatProposal }>(
  act: (context: RequestContext, args: Args) => Promise<Result>,
) {
  return async (_: unknown, args: Args, context: RequestContext) => {
    const result = await act(context, args);
    return { ...result, proposal: toShape(result.proposal) };
  };
}

export function changedProposal({ proposal }: { proposal: ChatProposal }) {
  return toShape(proposal);
}

function toShape({ id, hash, status, changeId, content }: ChatProposal): ProposalShape {
  return { id, hash, status, changeId, content: content as Proposal };
}
