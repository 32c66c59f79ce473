import { headerOf } from '../support/smtp.ts';
import { until } from '../support/until.ts';
import type { Acknowledged, Observed } from './load.ts';
import type { World } from './world.ts';

/** What a fault did to the clients. Gaps are in milliseconds. */
export type Verdict = {
  acknowledged: number;
  mails: number;
  /** Acknowledged tasks that are not stored, that a subscriber did not get, or whose reminder never came. */
  lost: Readonly<Record<'tasks' | 'events' | 'mails', number>>;
  /** What came twice. A mail that was accepted while its worker was killed may come again with its Message-ID. */
  doubled: Readonly<Record<'tasks' | 'events' | 'mails', number>>;
  /** The longest time without an answer to reads or to writes, and the latest event and mail. */
  gapMs: Readonly<Record<'answers' | 'events' | 'mails', number>>;
  /** What clients were refused, and how often. */
  faults: ReadonlyMap<string, number>;
};

/** Waits until everything that was acknowledged has arrived, with the patience of a test, and counts. */
export async function judge(world: World, observed: Observed): Promise<Verdict> {
  const { acknowledged, followers, faults } = observed;
  const reminded = acknowledged.filter(({ remindAtMs }) => remindAtMs !== null);
  const seenBy = followers.map((follower) => () => firstSeen(follower.seen));
  const isAll = () =>
    seenBy.every((seen) => hasAll(acknowledged, seen())) && hasAll(reminded, arrivals(world), ({ title }) => title);
  await until(isAll, { what: 'everything that was acknowledged' }).catch(() => {});

  const stored = await world.rows<{ title: string; count: number }>(
    `SELECT title, count(*)::int AS count FROM task WHERE title LIKE 'chaos %' GROUP BY title`,
  );
  const titles = new Map(stored.map(({ title, count }) => [title, count]));
  const mails = arrivals(world);
  const sightings = seenBy.map((seen) => seen());
  return {
    acknowledged: acknowledged.length,
    mails: reminded.length,
    lost: {
      tasks: count(acknowledged, ({ title }) => !titles.has(title)),
      events: sum(sightings.map((seen) => count(acknowledged, ({ id }) => !seen.has(id)))),
      mails: count(reminded, ({ title }) => !mails.has(title)),
    },
    doubled: {
      tasks: count(stored, (task) => task.count > 1),
      events: sum(followers.map(({ seen }) => seen.length - new Set(seen.map(versionOf)).size)),
      mails: sum([...mails.values()].map((times) => times.length - 1)),
    },
    gapMs: {
      answers: Math.max(longestGap(observed.readAtMs), longestGap(observed.writtenAtMs)),
      events: latest(
        sightings.flatMap((seen) => acknowledged.map(({ id, atMs }) => (seen.get(id)?.[0] ?? atMs) - atMs)),
      ),
      mails: latest(reminded.map(({ title, remindAtMs }) => (mails.get(title)?.[0] ?? 0) - (remindAtMs ?? 0))),
    },
    faults: tally(faults),
  };
}

export function isClean({ lost, doubled, faults }: Verdict): boolean {
  const counts = [lost.tasks, lost.events, lost.mails, doubled.tasks, doubled.events];
  return counts.every((many) => many === 0) && faults.size === 0;
}

type Times = ReadonlyMap<string, readonly number[]>;

/** When each task was first seen, by its id. */
function firstSeen(seen: Observed['followers'][number]['seen']): Times {
  const times = new Map<string, number[]>();
  for (const { task, atMs } of seen) if (!times.has(task.id)) times.set(task.id, [atMs]);
  return times;
}

/** When the mails of each reminder were accepted, by the title of its task. */
function arrivals({ smtp }: World): Times {
  const times = new Map<string, number[]>();
  smtp.accepted.forEach((mail, at) => {
    const title = headerOf(mail, 'Subject')?.replace('Reminder: ', '') ?? '';
    times.set(title, [...(times.get(title) ?? []), smtp.acceptedAtMs[at] as number]);
  });
  return times;
}

function hasAll(
  tasks: readonly Acknowledged[],
  times: Times,
  keyOf: (task: Acknowledged) => string = ({ id }) => id,
): boolean {
  return tasks.every((task) => times.has(keyOf(task)));
}

const versionOf = ({ task }: { task: { id: string; version: number } }) => `${task.id} ${task.version}`;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
const latest = (delays: readonly number[]) => Math.max(0, ...delays);
const longestGap = (times: readonly number[]) => latest(times.map((time, at) => time - (times[at - 1] ?? time)));

/** The same fault, whatever the request. */
function tally(faults: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const fault of faults) {
    const kind = fault.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '…');
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function count<T>(all: readonly T[], isCounted: (one: T) => boolean): number {
  return all.filter(isCounted).length;
}
