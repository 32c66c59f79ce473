import type { App } from '../../app.ts';
import { invitationCode } from '../../auth/invitation-codes.ts';
import { publicUrl } from '../../config/public-url.ts';
import type { Invitation } from '../../generated/prisma/client.ts';
import type { Mail } from '../../infra/mail/mailer.ts';
import { escapeHtml } from '../../shared/escape-html.ts';

/** A claimed invitation, with its inviter and its tenant. */
export type InvitationClaim = { row: Invitation; inviterName: string; tenantName: string };

/**
 * The e-mail of an invitation. The code is in the fragment of the link, which browsers do not send. The id of the
 * e-mail is derived from the invitation, so every attempt sends the same e-mail.
 */
export function composeInvitation(
  { config, tokenKey }: Pick<App, 'config' | 'tokenKey'>,
  claim: InvitationClaim,
): Mail {
  const code = invitationCode(tokenKey, claim.row.id);
  const link = publicUrl(config.http, `/graphql#token=${code}`);
  const title = `${claim.inviterName} invites you to ${claim.tenantName}`.replace(/\s+/g, ' ');
  const until = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone: 'UTC' }).format(claim.row.expiresAt);
  const mutation = 'mutation { acceptInvite(input: { name: "…", timeZone: "Europe/Berlin" }) { token } }';
  const steps = `Open the link and run this mutation with your own name and time zone. Then use the token that it returns. The invitation can be accepted once, until ${until}.`;
  const other = 'If you use another client, send this code as the token (Authorization: Bearer …):';
  return {
    id: `invitation-${claim.row.id}`,
    to: { name: '', address: claim.row.email },
    subject: title,
    text: [title, '', link, '', steps, '', `  ${mutation}`, '', other, '', `  ${code}`, ''].join('\n'),
    html: `<!doctype html>
<html lang="en">
<body style="font-family: sans-serif">
<h1 style="font-size: 1.2em">${escapeHtml(title)}</h1>
<p><a href="${escapeHtml(link)}">Accept the invitation</a></p>
<p>${escapeHtml(steps)}</p>
<pre>${escapeHtml(mutation)}</pre>
<p>${escapeHtml(other)}</p>
<pre>${escapeHtml(code)}</pre>
</body>
</html>
`,
  };
}
