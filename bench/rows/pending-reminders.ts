import { encodeGlobalId } from '../../src/shared/global-id.ts';
import { insertReminders } from '../../test/support/insert-reminders.ts';
import { startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import { graphqlTarget } from '../harness/graphql.ts';
import { openPendingWorld, type PendingWorld } from '../harness/pending-reminders.ts';
import type { World } from '../harness/world.ts';
import type { Calls, CallsResult } from '../processes/calls.ts';
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

/** One side of the comparison: a database, and Errand on it. */
type Side = { world: PendingWorld; url: string };
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
    return await withBoth(world, smtp, (manyPending, fewPending) => {
      const deliver = ({ world: { db, seeded } }: Side) =>
        whileAccepting(server, (count) => insertReminders(db, seeded, { count, at: 'now()' }));
      return [() => deliver(manyPending), () => deliver(fewPending)];
    });
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
      return await withBoth(world, {}, (manyPending, fewPending) => {
        const measure = async (side: Side) => {
          const bodies = Array.from({ length: callsPerTurn }, (_, index) =>
            JSON.stringify({ query, variables: { input: input(side.world, calledUpTo + index) } }),
          );
          calledUpTo += callsPerTurn;
          const { allMs } = await calls.ask({ ...graphqlTarget(side.url, side.world, query), bodies, callers });
          await after?.(side.world);
          return (callsPerTurn * 1_000) / allMs;
        };
        return [() => measure(manyPending), () => measure(fewPending)];
      });
    },
  };
}

type Turns = [() => Promise<number>, () => Promise<number>];

async function withBoth(
  world: World,
  env: Record<string, string>,
  turnsOf: (manyPending: Side, fewPending: Side) => Turns,
): Promise<Outcome> {
  await using manyWorld = await openPendingWorld(world, many);
  await using fewWorld = await openPendingWorld(world, few);
  await using manyErrand = await startWhole(manyWorld, env);
  await using fewErrand = await startWhole(fewWorld, env);
  const turns = turnsOf({ world: manyWorld, url: manyErrand.url }, { world: fewWorld, url: fewErrand.url });
  // The first turn of each is compiled code's making; it is not measured.
  for (const turn of turns) await turn();
  return await inTurn(...turns);
}

function taskId(ids: readonly string[], n: number): string {
  return encodeGlobalId('Task', ids[n % ids.length] ?? '');
}
