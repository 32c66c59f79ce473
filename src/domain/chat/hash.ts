import { createHash } from 'node:crypto';
import { stringify } from 'safe-stable-stringify';
import type { Proposal } from './proposal.ts';

/** SHA-256 of the whole content of a proposal, so that a confirmation applies to exactly what was shown. */
export function hashProposal(proposal: Proposal): string {
  return createHash('sha256')
    .update(stringify(proposal) ?? '')
    .digest('hex');
}
