import type pg from 'pg';
import type { App } from '../app.ts';
import type { Handler, Schedule } from './handlers.ts';

type Scheduled = Pick<Handler, 'name'> & { schedule: Schedule };

/** Tells which handlers are to run now, by one statement for all of them. */
export class DueHandlers {
  readonly #clock: App['clock'];
  readonly #statement: { name: string; text: string };
  readonly #periodic: { name: string; everyMs: number; nextMs: number }[] = [];

  constructor({ config, clock }: Pick<App, 'config' | 'clock'>, scheduled: readonly Scheduled[]) {
    const cases: string[] = [];
    for (const { name, schedule } of scheduled) {
      if (schedule.kind === 'EVERY') this.#periodic.push({ name, everyMs: schedule.ms, nextMs: 0 });
      else cases.push(`CASE WHEN ${schedule.isDue(config)} THEN '${name}' END`);
    }
    const text = `SELECT array_remove(ARRAY[${cases.join(', ')}], NULL) AS names`;
    this.#statement = { name: 'due-handlers', text };
    this.#clock = clock;
  }

  /** The names of handlers with due rows, and of those whose time has come. */
  async find(session: pg.Client): Promise<{ withRows: string[]; periodic: string[] }> {
    const values = [this.#clock.now()];
    const { rows } = await session.query<{ names: string[] }>({ ...this.#statement, values });
    return { withRows: rows[0]?.names ?? [], periodic: this.#takePeriodic() };
  }

  #takePeriodic(): string[] {
    const now = performance.now();
    const due = this.#periodic.filter(({ nextMs }) => nextMs <= now);
    for (const one of due) one.nextMs = now + one.everyMs;
    return due.map(({ name }) => name);
  }
}
