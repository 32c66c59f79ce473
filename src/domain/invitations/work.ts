import type { Invitation } from '../../generated/prisma/client.ts';
import { MailFailure } from '../../infra/mail/mailer.ts';
import { type DueRow, rowJob } from '../../queues/contract.ts';
import { changeAsSystem } from '../records/change.ts';
import { type Changing, saveIfCurrent } from '../records/save-records.ts';
import { leaseSql, usualLeaseMs } from '../work/lease.ts';
import { leasedWork } from '../work/leased-work.ts';
import { failureFrom, type Outcome, patientRetry } from '../work/retry.ts';
import { hasDue, takeDue, type WaitingRows } from '../work/take-due.ts';
import { jobsOf, type WorkContext } from '../work/work.ts';
import { composeInvitation, type InvitationClaim } from './compose-invitation.ts';
import { invitationRecords } from './store.ts';

const deliver = rowJob('invitation.deliver', 'reminders');

const waiting: WaitingRows = {
  table: 'invitation',
  isWaiting: `delivery = 'PENDING'`,
  maxQueued: 100,
  maxOfTenant: 50,
};

/**
 * Sends the e-mails of invitations. A failed attempt is retried after 1, 5 and 15 minutes; then the invitation is
 * FAILED. An e-mail is sent twice only if a process dies between its acceptance and the commit; both have the same
 * Message-ID and code.
 */
export const invitationWork = leasedWork<InvitationClaim>({
  name: 'invitation',
  jobs: [deliver],
  lease: { table: 'invitation', leaseMs: usualLeaseMs },
  retry: patientRetry,
  attemptMs: 45_000,
  isDue: () => hasDue(waiting),
  findDue: async ({ app }) => jobsOf(deliver, await takeDue(app, waiting)),
  claim: claimInvitation,
  perform: async ({ app, signal }, claim) => {
    if (claim.row.attempts > patientRetry.maxAttempts) {
      throw new MailFailure('Every attempt was interrupted.', { isFinal: true });
    }
    await app.mailer.send(composeInvitation(app, claim), signal);
  },
  failureOf: (error) => (error instanceof MailFailure ? failureFrom(error) : null),
  settle: async ({ app, requestId }, { row }, outcome) => {
    await changeAsSystem({ app, requestId, tenantId: row.tenantId }, async (tx) => {
      await saveIfCurrent(tx, invitationRecords, row, changeOf(outcome));
      return {};
    });
  },
});

const claim = `
  UPDATE invitation SET attempts = attempts + 1, version = version + 1, "leaseExpiresAt" = ${leaseSql(usualLeaseMs)}
  FROM tenant, "user"
  WHERE invitation.id = $1 AND version = $2 AND delivery = 'PENDING' AND "acceptedAt" IS NULL AND "revokedAt" IS NULL
    AND tenant.id = "tenantId" AND "user".id = "inviterId"
  RETURNING ${invitationRecords.columns}, "user".name AS "inviterName", tenant.name AS "tenantName"`;

/** Writes no event, because the visible state of the invitation does not change. */
async function claimInvitation({ app }: WorkContext, { id, version }: DueRow): Promise<InvitationClaim | null> {
  type Row = Invitation & Omit<InvitationClaim, 'row'>;
  const { rows } = await app.db.query<Row>({ name: 'claim-invitation', text: claim, values: [id, version] });
  if (!rows[0]) return null;
  const { inviterName, tenantName, ...row } = rows[0];
  return { row, inviterName, tenantName };
}

type InvitationChange = Omit<Changing<'invitation', Invitation>, 'before'>;

function changeOf(outcome: Outcome): InvitationChange {
  const over = { nextAttemptAt: null } as const;
  if (outcome.kind === 'DONE') {
    return { event: 'invitation.sent', changes: { ...over, delivery: 'SENT', lastError: null } };
  }
  const lastError = outcome.failure.message;
  if (outcome.kind === 'DEAD') {
    return { event: 'invitation.failed', changes: { ...over, delivery: 'FAILED', lastError } };
  }
  return { event: 'invitation.deferred', changes: { nextAttemptAt: outcome.retryAt, lastError } };
}
