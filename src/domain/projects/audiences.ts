import type pg from 'pg';
import type { EventLog } from '../../events/event-log.ts';
import { ProjectAudience } from './audience.ts';

type Shared = { audience: ProjectAudience; stop: Promise<() => void>; users: number };

/** The audiences of the tenants with subscribers in this process, shared by all subscribers of a tenant. */
export class ProjectAudiences {
  readonly #db: pg.Pool;
  readonly #events: EventLog;
  readonly #shared = new Map<string, Shared>();

  constructor({ db, events }: { db: pg.Pool; events: EventLog }) {
    this.#db = db;
    this.#events = events;
  }

  /** The audience of the tenant. It is updated until it is released as often as this was called. */
  async acquire(tenantId: string): Promise<ProjectAudience> {
    const shared = this.#shared.get(tenantId) ?? this.#open(tenantId);
    shared.users += 1;
    try {
      await shared.stop;
      await shared.audience.loaded();
      return shared.audience;
    } catch (error) {
      this.release(tenantId);
      throw error;
    }
  }

  release(tenantId: string): void {
    const shared = this.#shared.get(tenantId);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#shared.delete(tenantId);
    // If observing failed, there is nothing to end.
    shared.stop.then((stop) => stop()).catch(() => {});
  }

  /** Observes the log before it is loaded, so that no event in between is missed. */
  #open(tenantId: string): Shared {
    const audience = new ProjectAudience(this.#db, tenantId);
    const observer = {
      onEvents: audience.onEvents.bind(audience),
      onRestart: audience.onRestart.bind(audience),
    };
    const shared = { audience, stop: this.#events.observe(tenantId, observer), users: 0 };
    this.#shared.set(tenantId, shared);
    return shared;
  }
}
