import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { insertReminders } from '../../test/support/insert-reminders.ts';
import { startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import type { Server } from '../harness/errand.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { openPendingWorld, type PendingWorld } from '../harness/pending-reminders.ts';
import type { World } from '../harness/world.ts';
import type { Calls, CallsResult } from '../processes/calls.ts';
import type { Turn } from '../processes/load.ts';
import type { MailServerAnswer, MailServerQuestion } from '../processes/mail-server.ts';
import type { Outcome, Row } from '../row.ts';
import { formatNumber } from '../table.ts';
import { startWhole } from './executions-server.ts';
import { whileAccepting } from './reminders.ts';

const many = 100_000;
const few = 100;
const callsPerTurn = 300;
const callers = 8;
const goal = { atLeast: 0.8 };

/** A database, and Errand on it. */
type Installation = { world: PendingWorld; errand: Server };
type Variables = Record<string, unknown>;

const createReminder = `mutation Remind($input: CreateReminderInput!) {
  createReminder(input: $input) { reminder { id status remindAt } }
}`;
const moveDue = `mutation Move($input: UpdateTaskInput!) { updateTask(input: $input) { task { id version } } }`;

const at = (minutes: number) => new Date(Date.now() + 3 * 86_400_000 + minutes * 60_000).toISOString();

export const remindersCreated: Row = flatRow('reminder-create', 'createReminder over HTTP', createReminder, {
  input: ({ taskIds }, n) => ({ taskId: taskId(taskIds, n), trigger: 'ABSOLUTE', at: at(n) }),
  // What a turn made is not pending in the next.
  after: ({ db }) => db.query(`DELETE FROM reminder WHERE trigger = 'ABSOLUTE'`),
});

export const remindersMoved: Row = flatRow('reminder-move', 'updateTask over HTTP that moves a reminder', moveDue, {
  // Far apart, so that what is near in the tables does not help.
  input: ({ remindedTaskIds }, n) => ({ id: taskId(remindedTaskIds, n * 7_919), due: { at: at(n) } }),
});

export const remindersDelivered: Row = {
  name: 'reminder-delivery',
  measures: `reminders accepted by a mail server with ${formatNumber(many)} pending, against the same with ${few}`,
  goal,
  async run(world) {
    await using server = await startChild<MailServerQuestion, MailServerAnswer>('mail-server.js');
    const smtp = { SMTP_URL: String(await server.ask('url')) };
    return await withBoth(world, smtp, ({ world: { db, seeded } }) =>
      whileAccepting(server, (count) => insertReminders(db, seeded, { count, at: 'now()' })),
    );
  },
};

type Operation = {
  input(world: PendingWorld, n: number): Variables;
  after?(world: PendingWorld): Promise<unknown>;
};

/** Calls per second of one operation with many pending reminders, against the same with few. */
function flatRow(name: string, what: string, query: string, { input, after }: Operation): Row {
  return {
    name,
    measures: `${what} with ${formatNumber(many)} pending reminders, against the same with ${few}`,
    goal,
    async run(world) {
      await using calls = await startChild<Calls, CallsResult>('calls.js');
      let calledUpTo = 0;
      return await withBoth(world, {}, async ({ world: pending, errand }) => {
        const bodies = Array.from({ length: callsPerTurn }, (_, index) =>
          JSON.stringify({ query, variables: { input: input(pending, calledUpTo + index) } }),
        );
        calledUpTo += callsPerTurn;
        const { url, request } = graphqlTarget(errand.url, pending, query);
        const { allMs } = await calls.ask({ url, request, bodies, callers });
        await after?.(pending);
        return { calls: callsPerTurn, perSecond: (callsPerTurn * 1_000) / allMs };
      });
    },
  };
}

async function withBoth(
  world: World,
  env: Record<string, string>,
  turn: (installation: Installation) => Promise<Turn>,
): Promise<Outcome> {
  await using manyWorld = await openPendingWorld(world, many);
  await using fewWorld = await openPendingWorld(world, few);
  await using manyErrand = await startWhole(manyWorld, env);
  await using fewErrand = await startWhole(fewWorld, env);
  const manyPending = { world: manyWorld, errand: manyErrand };
  const fewPending = { world: fewWorld, errand: fewErrand };
  // The first turn of each is compiled code's making; it is not measured.
  await turn(manyPending);
  await turn(fewPending);
  return await inTurn(
    world,
    { pid: manyErrand.pid, turn: () => turn(manyPending) },
    { pid: fewErrand.pid, turn: () => turn(fewPending) },
  );
}

function taskId(ids: readonly string[], n: number): string {
  return encodeGlobalId('Task', ids[n % ids.length] ?? '');
}
