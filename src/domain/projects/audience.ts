import type pg from 'pg';
import { isEventOf, type LoggedEvent } from '../../events/contract.ts';
import { type ProjectAccess, projectSight } from './visibility.ts';

type Known = ProjectAccess & { version: number };

const selectAccess = `SELECT id, version, "isPrivate", ARRAY(
    SELECT "userId" FROM project_member
    WHERE project_member."tenantId" = project."tenantId" AND project_member."projectId" = project.id) AS "memberIds"
  FROM project WHERE "tenantId" = $1`;

/**
 * Which users can see the projects of one tenant, in memory: loaded on first use, and updated from the log, which
 * passes each event to it before any subscriber.
 */
export class ProjectAudience {
  readonly #db: pg.Pool;
  readonly #tenantId: string;
  readonly #projects = new Map<string, Known>();
  #isLoaded = false;
  #settling: Promise<void> | null = null;
  #restarts = 0;

  constructor(db: pg.Pool, tenantId: string) {
    this.#db = db;
    this.#tenantId = tenantId;
  }

  /** Whether it is valid: not before it is loaded, nor after the database was restored. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  async loaded(): Promise<void> {
    while (!this.#isLoaded) {
      this.#settling ??= this.#read().finally(() => {
        this.#settling = null;
      });
      await this.#settling;
    }
  }

  /** Nobody can see an unknown project. */
  sees(userId: string, projectId: string): boolean {
    const project = this.#projects.get(projectId);
    return project !== undefined && projectSight.sees(userId, project);
  }

  onEvents(events: readonly LoggedEvent[]): void {
    for (const event of events) {
      if (!isEventOf(event, 'project')) continue;
      if (event.after) this.#learn(event.objectId, event.after);
      else this.#projects.delete(event.objectId);
    }
  }

  onRestart(): void {
    this.#projects.clear();
    this.#isLoaded = false;
    this.#restarts += 1;
  }

  async #read(): Promise<void> {
    const restarts = this.#restarts;
    const { rows } = await this.#db.query<Known & { id: string }>({
      name: 'project-access',
      text: selectAccess,
      values: [this.#tenantId],
    });
    if (restarts !== this.#restarts) return;
    for (const { id, ...project } of rows) this.#learn(id, project);
    this.#isLoaded = true;
  }

  /** The tables may be ahead of the log. */
  #learn(id: string, { version, isPrivate, memberIds }: Known): void {
    const known = this.#projects.get(id);
    if (!known || known.version < version) this.#projects.set(id, { version, isPrivate, memberIds });
  }
}
