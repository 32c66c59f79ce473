import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { pick } from '../support/random.ts';
import type { Member } from './supervisor.ts';
import type { World } from './world.ts';

/** Breaks something while clients are at work. Resolves when what is broken works again by itself. */
export type Fault = (world: World, random: () => number) => Promise<void>;

const second = 1_000;

/** Ends processes at once, as `kill -9` or a power cut does. Their supervisor starts them again. */
export function killed(choose: (world: World, random: () => number) => readonly Member[]): Fault {
  return async (world, random) => {
    const members = choose(world, random);
    const restarted = members.map((member) => member.restarted());
    for (const member of members) member.kill('SIGKILL');
    await Promise.all(restarted);
  };
}

/** A rolling restart: one after another is asked to stop, and replaced. */
export function restarted(choose: (world: World) => readonly Member[]): Fault {
  return async (world) => {
    for (const member of choose(world)) {
      const replaced = member.restarted();
      member.kill('SIGTERM');
      await replaced;
    }
  };
}

/** A process stands still and goes on later, as on a machine that was suspended. */
export function frozen(choose: (world: World, random: () => number) => readonly Member[], seconds: number): Fault {
  return async (world, random) => {
    const members = choose(world, random);
    for (const member of members) member.kill('SIGSTOP');
    await delay(seconds * second);
    for (const member of members) member.kill('SIGCONT');
  };
}

export const anApi = ({ apis }: World, random: () => number) => [pick(apis, random)];
export const aWorker = ({ workers }: World, random: () => number) => [pick(workers, random)];
export const allApis = ({ apis }: World) => apis;
export const allWorkers = ({ workers }: World) => workers;
export const everything = ({ apis, workers }: World) => [...apis, ...workers];

export function postgresRestarted(mode: 'fast' | 'immediate'): Fault {
  return async ({ postgres }) => {
    await postgres.stop(mode);
    await postgres.start();
  };
}

export function postgresDown(seconds: number): Fault {
  return async ({ postgres }) => {
    await postgres.stop('fast');
    await delay(seconds * second);
    await postgres.start();
  };
}

/** The address leads to a standby for a while, as during a switchover that is taken back. */
export function ledToStandby(seconds: number): Fault {
  return async ({ network, postgres, standby }) => {
    network.leadTo(theStandby(standby).port);
    await delay(seconds * second);
    network.leadTo(postgres.port);
  };
}

/** The primary crashes, and the address leads to the standby, which is promoted a moment later. */
export const failedOver: Fault = async ({ network, postgres, standby }) => {
  const next = theStandby(standby);
  await untilCaughtUp(postgres, next);
  await postgres.stop('fast');
  network.leadTo(next.port);
  await delay(3 * second);
  await next.ask('SELECT pg_promote()');
};

function theStandby(standby: World['standby']): NonNullable<World['standby']> {
  if (!standby) throw new Error('This fault needs a standby: hasStandby.');
  return standby;
}

/** Replication is asynchronous: a crash would lose what was not sent yet, whatever Errand does. */
async function untilCaughtUp(postgres: World['postgres'], standby: World['postgres']): Promise<void> {
  const [primary] = await postgres.ask<{ place: string }>('SELECT pg_current_wal_lsn() AS place');
  for (let isEven = false; !isEven; await delay(50)) {
    const [row] = await standby.ask<{ isEven: boolean }>(
      `SELECT pg_last_wal_replay_lsn() >= '${primary?.place}'::pg_lsn AS "isEven"`,
    );
    isEven = row?.isEven ?? false;
  }
}

/** Somebody else takes every connection that is free, for a while. */
export function connectionsExhausted(seconds: number): Fault {
  return async ({ postgres }) => {
    const taken: pg.Client[] = [];
    const endsMs = performance.now() + seconds * second;
    await postgres.ask(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    while (performance.now() < endsMs) {
      const client = new pg.Client({ connectionString: postgres.url(), application_name: 'somebody else' });
      client.on('error', () => {});
      await client.connect().then(
        () => taken.push(client),
        () => delay(20),
      );
    }
    await Promise.all(taken.map((client) => client.end().catch(() => {})));
  };
}

/** An administrator, or a failing machine, ends all sessions again and again. */
export function backendsTerminated(seconds: number): Fault {
  return async ({ postgres }) => {
    for (const endsMs = performance.now() + seconds * second; performance.now() < endsMs; await delay(500)) {
      await postgres.ask(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
    }
  };
}

export function networkCut(seconds: number): Fault {
  return async ({ network }) => {
    network.cut();
    await delay(seconds * second);
    network.restore();
  };
}

/** Everything that is sent to or by the database arrives later, and all workers are killed meanwhile. */
export function networkSlow(ms: number, seconds: number): Fault {
  return async (world, random) => {
    world.network.delay(ms);
    await killed(allWorkers)(world, random);
    await delay(seconds * second);
    world.network.delay(0);
  };
}

/** The mail server accepts nothing for a while and lets every sender wait. */
export function mailHeld(seconds: number): Fault {
  return async ({ smtp }) => {
    smtp.behave('hold');
    await delay(seconds * second);
    smtp.behave('accept');
    smtp.release();
  };
}

export const poolerRestarted: Fault = async ({ pooler }) => {
  await pooler?.restart();
};

export function redisDown(seconds: number): Fault {
  return async ({ redis }) => {
    await redis?.stop();
    await delay(seconds * second);
    await redis?.start();
  };
}

export const redisFlushed: Fault = async ({ redis }) => {
  const { Redis } = await import('ioredis');
  const client = new Redis(redis?.url ?? '');
  await client.flushall();
  client.disconnect();
};

export function redisFrozen(seconds: number): Fault {
  return async ({ redis }) => {
    const pid = redis?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    await delay(seconds * second);
    process.kill(pid, 'SIGCONT');
  };
}
