import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { Proposal } from './proposal.ts';

/** SHA-256 of everything a proposal says, so that a confirmation is of exactly what was shown. */
export function hashProposal(proposal: Proposal): string {
  return createHash('sha256')
    .update(stringify(proposal) ?? '')
    .digest('hex');
}
