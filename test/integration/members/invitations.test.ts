import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { authenticate } from '../../../src/auth/authenticate.ts';
import { invitationCode } from '../../../src/auth/invitation-codes.ts';
import { invitationWork } from '../../../src/domain/invitations/work.ts';
import { retentionWork } from '../../../src/domain/retention/prune.ts';
import { startWorkers, type Workers } from '../../../src/jobs/runner.ts';
import { schema } from '../../../src/schema/index.ts';
import { encodeGlobalId } from '../../../src/shared/global-id.ts';
import {
  AcceptInviteDocument,
  InvitationsDocument,
  InviteMemberDocument,
  RevokeInvitationDocument,
} from '../../support/operations.ts';
import { headerOf, type SmtpServer, startSmtp } from '../../support/smtp.ts';
import { createPerson, createTestApp, type Person, type Tenant, type TestApp } from '../../support/test-app.ts';
import { until } from '../../support/until.ts';
import { workContext } from '../../support/work.ts';
import { startTestServer } from '../server/fixture.ts';

let smtp: SmtpServer;
let test_: TestApp;
let workers: Workers;
let tenant: Tenant;
let alice: Person;
beforeAll(async () => {
  smtp = await startSmtp();
  test_ = await createTestApp({ mail: { smtpUrl: smtp.url, from: 'Errand <errand@example.test>' } });
  workers = await startWorkers(test_.app);
});
afterAll(async () => {
  await workers[Symbol.asyncDispose]();
  await test_[Symbol.asyncDispose]();
  await smtp[Symbol.asyncDispose]();
});
beforeEach(async () => {
  smtp.behave('accept');
  test_.clock.set('2026-02-04T10:00:00Z');
  tenant = await test_.tenant();
  alice = tenant.alice;
});
afterEach(() => test_.app.db.query('DELETE FROM invitation'));

let addresses = 0;
const newAddress = () => `dora-${++addresses}@example.test`;

const bearer = async (text: string) =>
  createPerson(test_.app, await authenticate(test_.app, { authorization: `Bearer ${text}`, tenant: undefined }));

async function invite(email = newAddress(), by: Person = alice) {
  return (await by.run(InviteMemberDocument, { email })).inviteMember.invitation;
}

/** The newest code that was mailed to the address. */
async function codeFor(email: string, mails = 1): Promise<string> {
  const sent = await until(() => {
    const found = smtp.accepted.filter((mail) => headerOf(mail, 'To') === email);
    return found.length >= mails && found;
  });
  const text =
    sent
      .at(-1)
      ?.replace(/=\r?\n/g, '')
      .replaceAll('=3D', '=') ?? '';
  return /#token=(errandinvite_[\w-]+)/.exec(text)?.[1] ?? '';
}

async function read(id: string, by: Person = alice) {
  return (await by.run(InvitationsDocument)).invitations.find((invitation) => invitation.id === id);
}

test('who is invited by mail becomes a member with a token of their own', async () => {
  const { id, email } = await invite();
  const dora = await bearer(await codeFor(email));
  await until(async () => (await read(id))?.delivery === 'SENT');
  const { acceptInvite } = await dora.run(AcceptInviteDocument);
  expect(acceptInvite.member).toMatchObject({
    role: 'MEMBER',
    user: { name: 'Dora', email, timeZone: 'Europe/Berlin' },
  });
  const member = await bearer(acceptInvite.token as string);
  expect(member.viewer).toMatchObject({ tenantId: tenant.id, role: 'MEMBER', timeZone: 'Europe/Berlin', scopes: null });
  expect(await read(id)).toMatchObject({ delivery: 'SENT', attempts: 1, acceptedAt: '2026-02-04T10:00:00.000Z' });
  const { rows } = await test_.app.db.query('SELECT type, "actorId" FROM event WHERE "tenantId" = $1 ORDER BY id', [
    tenant.id,
  ]);
  const { userId } = member.viewer;
  expect(rows).toEqual([
    { type: 'invitation.created', actorId: alice.viewer.userId },
    { type: 'invitation.sent', actorId: null },
    { type: 'membership.created', actorId: userId },
    { type: 'invitation.accepted', actorId: userId },
    { type: 'accessToken.created', actorId: userId },
  ]);
});

test('the code is in the mail alone: in the fragment of its link, and in no row', async () => {
  const { email } = await invite();
  const code = await codeFor(email);
  expect(code).toMatch(/^errandinvite_[\w-]{64}$/);
  const { rows: tables } = await test_.app.db.query<{ name: string }>(
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('public', 'bullmq', current_schema()) AND table_type = 'BASE TABLE'`,
  );
  for (const { name } of tables) {
    const found = await test_.app.db.query(`SELECT FROM ${name} t WHERE t::text LIKE '%' || $1 || '%'`, [
      code.slice(-40),
    ]);
    expect(found.rowCount, name).toBe(0);
  }
});

test('a code opens nothing but its acceptance', async () => {
  const dora = await bearer(await codeFor((await invite()).email));
  for (const query of ['{ tasks { nodes { id } } }', '{ members { role } }', '{ invitations { id } }']) {
    expect(await dora.refused(query)).toMatchObject({ code: 'FORBIDDEN' });
  }
});

test('over HTTP a code allows acceptance alone, and no other operation beside it', async () => {
  await using server = await startTestServer({ schema });
  const { token } = await server.addPerson('OWNER');
  const email = newAddress();
  const owner = { authorization: `Bearer ${token}` };
  const ask = async (query: string, headers: Record<string, string>, variables = {}) =>
    (await server.post({ query, variables }, headers)).json() as Promise<{
      data?: Record<string, { id: string; token: string }>;
      errors?: unknown[];
    }>;
  const mutation = 'mutation ($email: String!) { inviteMember(input: { email: $email, role: MEMBER }) { changeId } }';
  expect((await ask(mutation, owner, { email })).errors).toBeUndefined();
  const { rows } = await server.app.db.query<{ id: string }>('SELECT id FROM invitation');
  const code = invitationCode(server.app.tokenKey, rows[0]?.id ?? '');
  const guest = { authorization: `Bearer ${code}` };
  const accept = 'acceptInvite(input: { name: "Dora", timeZone: "UTC" }) { token }';
  for (const query of ['{ eventCursor }', `mutation { ${accept} updateMe(input: {}) { changeId } }`]) {
    expect((await ask(query, guest)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  const { data } = await ask(`mutation { ${accept} }`, guest);
  const member = { authorization: `Bearer ${data?.acceptInvite?.token}` };
  expect((await ask('{ me { role } }', member)).data).toEqual({ me: { role: 'MEMBER' } });
  expect(server.logged.join()).not.toContain(code);
});

test.each([
  ['made up', (code: string) => `${code.slice(0, -6)}AAAAAA`],
  ['cut off', (code: string) => code.slice(0, -4)],
])('a code that is %s is unknown', async (_, spoil) => {
  const code = await codeFor((await invite()).email);
  await expect(bearer(spoil(code))).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('a code works once, also when it is used twice at the same moment', async () => {
  const { email } = await invite();
  const dora = await bearer(await codeFor(email));
  const answers = await Promise.all([dora.answer(AcceptInviteDocument), dora.answer(AcceptInviteDocument)]);
  const codes = answers.map(({ errors }) => (errors?.[0]?.originalError as { code?: string } | undefined)?.code);
  expect(codes.sort()).toEqual(['CONFLICT', undefined]);
  expect(await dora.refused(AcceptInviteDocument)).toMatchObject({ message: 'The invitation was already accepted.' });
  const tokens = await test_.app.db.query('SELECT FROM access_token WHERE "tenantId" = $1', [tenant.id]);
  expect(tokens.rowCount).toBe(1);
});

test('a repeat by idempotency key is the first answer without the token', async () => {
  const dora = await bearer(await codeFor((await invite()).email));
  const first = (await dora.run(AcceptInviteDocument, { idempotencyKey: 'a' })).acceptInvite;
  const repeated = (await dora.run(AcceptInviteDocument, { idempotencyKey: 'a' })).acceptInvite;
  expect(repeated).toEqual({ ...first, token: null });
});

test('inviting again replaces the code', async () => {
  const { id, email } = await invite();
  const first = await codeFor(email);
  const again = await invite(email);
  const second = await codeFor(email, 2);
  await expect(bearer(first)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  expect(await read(id)).toMatchObject({ revokedAt: expect.any(String) });
  await (await bearer(second)).run(AcceptInviteDocument);
  expect(await read(again.id)).toMatchObject({ acceptedAt: expect.any(String) });
});

test('the same address at the same moment leaves one code open', async () => {
  const email = newAddress();
  await Promise.all(Array.from({ length: 5 }, () => invite(email)));
  const { invitations } = await alice.run(InvitationsDocument);
  expect(invitations.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
});

describe('a code ends', () => {
  test('by revoking it, also for who has it in hand', async () => {
    const { id, email } = await invite();
    const code = await codeFor(email);
    const dora = await bearer(code);
    await alice.run(RevokeInvitationDocument, { id });
    expect(await dora.refused(AcceptInviteDocument)).toMatchObject({ code: 'CONFLICT' });
    await expect(bearer(code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await alice.refused(RevokeInvitationDocument, { id })).toMatchObject({ code: 'CONFLICT' });
  });

  test('after seven days', async () => {
    const code = await codeFor((await invite()).email);
    test_.clock.advance(7 * 24 * 60 * 60 * 1000);
    await expect(bearer(code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('when its inviter may not invite any more', async () => {
    const adam = await tenant.person('adam', 'ADMIN');
    const dora = await bearer(await codeFor((await invite(newAddress(), adam)).email));
    await test_.app.db.query(`UPDATE membership SET role = 'MEMBER' WHERE "userId" = $1`, [adam.viewer.userId]);
    expect(await dora.refused(AcceptInviteDocument)).toMatchObject({ code: 'CONFLICT' });
  });
});

test('a user of another tenant joins with the name they have, and a removed member returns', async () => {
  const elsewhere = await test_.tenant();
  const zoe = await elsewhere.person('zoe');
  const { rows } = await test_.app.db.query('SELECT email FROM "user" WHERE id = $1', [zoe.viewer.userId]);
  const { email } = rows[0];
  await invite(email.toUpperCase());
  const userId = encodeGlobalId('User', zoe.viewer.userId);
  const joined = (await (await bearer(await codeFor(email))).run(AcceptInviteDocument)).acceptInvite.member;
  expect(joined.user).toMatchObject({ id: userId, name: 'zoe' });
  expect(await alice.refused(InviteMemberDocument, { email })).toMatchObject({ code: 'CONFLICT' });

  await alice.run(`mutation { removeMember(userId: "${userId}") { changeId } }`);
  await invite(email);
  await (await bearer(await codeFor(email, 2))).run(AcceptInviteDocument);
  const { members } = await alice.run<{ members: { user: { id: string } }[] }, object>('{ members { user { id } } }');
  expect(members.map(({ user }) => user.id)).toContain(userId);
});

test('an invitation is forgotten 30 days after it has ended', async () => {
  const { id } = await invite();
  test_.clock.set('2026-03-13T09:59:59Z');
  await retentionWork.run(workContext(test_.app));
  expect(await read(id)).toBeDefined();
  test_.clock.set('2026-03-13T10:00:00Z');
  await retentionWork.run(workContext(test_.app));
  expect(await read(id)).toBeUndefined();
});

describe('is refused', () => {
  test.each(['', 'dora', 'a@b', `${'a'.repeat(250)}@example.test`])('the address "%s"', async (email) => {
    const error = await alice.refused(InviteMemberDocument, { email });
    expect(error).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: ['input', 'email'] }] });
  });

  test('inviting by who manages no members, and of owners by who is none', async () => {
    const [bob, adam] = [await tenant.person('bob'), await tenant.person('adam', 'ADMIN')];
    const email = newAddress();
    expect(await bob.refused(InviteMemberDocument, { email })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await adam.refused(InviteMemberDocument, { email, role: 'OWNER' })).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('the 201st of a day', async () => {
    await test_.app.db.query(
      `INSERT INTO invitation (id, "tenantId", "inviterId", email, role, delivery, attempts, version, "createdAt", "expiresAt")
       SELECT gen_random_uuid(), $1, $2, n || '@example.test', 'MEMBER', 'SENT', 1, 2, $3, $3 FROM generate_series(1, 200) n`,
      [tenant.id, alice.viewer.userId, test_.clock.now()],
    );
    expect(await alice.refused(InviteMemberDocument, { email: newAddress() })).toMatchObject({ code: 'RATE_LIMITED' });
    test_.clock.advance(24 * 60 * 60 * 1000);
    await invite();
  });
});

describe('a mail server that does not take it', () => {
  test('for the moment is asked again after a minute', async () => {
    smtp.behave('defer', 'accept');
    const { id, email } = await invite();
    const deferred = await until(async () => [await read(id)].find((one) => one?.lastError));
    expect(deferred).toMatchObject({ delivery: 'PENDING', attempts: 1, lastError: expect.stringContaining('451') });
    test_.clock.advance(60_000);
    await codeFor(email);
    await until(async () => (await read(id))?.delivery === 'SENT');
  });

  test('for good has the last word', async () => {
    smtp.behave('refuse');
    const { id } = await invite();
    const failed = await until(async () => [await read(id)].find((one) => one?.delivery === 'FAILED'));
    expect(failed?.lastError).toContain('550');
  });
});

test('the same job many times at once is one mail', async () => {
  const { id, email } = await invite();
  const word = { id: Buffer.from(id, 'base64url').toString().split(':')[1] as string, version: 1 };
  await Promise.all(Array.from({ length: 8 }, () => invitationWork.attempt(workContext(test_.app), word)));
  await until(async () => (await read(id))?.delivery === 'SENT');
  expect(smtp.accepted.filter((mail) => headerOf(mail, 'To') === email)).toHaveLength(1);
});
