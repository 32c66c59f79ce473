import { startChild } from '../harness/child.ts';
import { inTurn } from '../harness/compare.ts';
import type { AppendLoad } from '../processes/append.ts';
import type { Turn } from '../processes/load.ts';
import type { Row } from '../row.ts';

export const eventAppend: Row = {
  name: 'event-append',
  measures: 'appending an event, against a bare INSERT of the same row',
  goal: { atLeast: 0.8 },
  async run(world) {
    const start = (way: string) =>
      startChild<AppendLoad, Turn>('append.js', {
        args: [way],
        env: {
          DATABASE_URL: world.databaseUrl,
          POOL_SIZE: String(world.poolSize),
          TENANT_ID: world.seeded.tenantId,
          USER_ID: world.seeded.userId,
        },
      });
    await using errand = await start('errand');
    await using bare = await start('bare');
    const load = { callers: 16, ms: 700 };
    await errand.ask(load);
    await bare.ask(load);
    const outcome = await inTurn(
      world,
      { pid: errand.pid, turn: () => errand.ask(load) },
      { pid: bare.pid, turn: () => bare.ask(load) },
    );
    // Nobody numbered them, and the next row's server need not.
    await world.db.query('DELETE FROM event WHERE seq IS NULL');
    return outcome;
  },
};
