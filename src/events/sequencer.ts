import type pg from 'pg';
import { keepLock, locks } from '../infra/postgres/session-lock.ts';
import { newId } from '../shared/ids.ts';
import type { HintBus } from './hints.ts';

const standbyMs = 500;
const pollMs = 1_000;
const batchSize = 1_000;
const noFullScan = '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off';

/**
 * Numbers the committed events without a number, in the order of ids. An event that commits late gets a later number,
 * so a reader that is past number n has seen all events up to n. One statement updates the rows and the head together.
 * It finds rows by their physical location: with a join by id, a plan made for an empty log would scan the whole log
 * for each event.
 */
const numberBatch = `
  WITH pending AS MATERIALIZED (
    SELECT ctid AS place, row_number() OVER (ORDER BY id) AS n
    FROM (SELECT ctid, id FROM event WHERE seq IS NULL ORDER BY id LIMIT ${batchSize}) unnumbered
  ), numbered AS (
    UPDATE event SET seq = stream."lastSeq" + pending.n
    FROM pending, event_stream stream
    WHERE event.ctid = pending.place
    RETURNING event."tenantId"
  ), head AS (
    UPDATE event_stream SET "lastSeq" = "lastSeq" + (SELECT count(*) FROM numbered)
    WHERE EXISTS (SELECT FROM numbered)
  )
  SELECT count(*)::int AS count, array_agg(DISTINCT "tenantId") AS "tenantIds" FROM numbered`;

/**
 * Identifies the database. A dump restored elsewhere or over itself, a promoted replica and a point-in-time recovery
 * differ in at least one part.
 */
const selectOrigin = `
  SELECT concat_ws(':', system_identifier, timeline_id, database.oid, 'event_stream'::regclass::oid) AS origin
  FROM pg_control_system(), pg_control_checkpoint(), pg_database database WHERE datname = current_database()`;

/**
 * Numbers committed events. Every process runs a sequencer. The holder of an advisory lock works; the others stand by
 * and take over within a second when the session of the holder ends.
 */
export class Sequencer implements AsyncDisposable {
  readonly #hints: HintBus;
  readonly #stopListening: () => void;
  readonly #session: AsyncDisposable;
  #wake: () => void = () => {};
  #hasNews = false;
  #isHolder = false;

  constructor(options: { directUrl: string; hints: HintBus; onError: (error: unknown) => void }) {
    this.#hints = options.hints;
    this.#stopListening = this.#hints.listen((hint) => {
      if (hint.topic === 'appended' && this.#isHolder) this.#notice();
      return hint.topic === 'appended' && this.#isHolder;
    });
    this.#session = keepLock(options.directUrl, {
      name: 'errand sequencer',
      lock: locks.numberEvents,
      standbyMs,
      // The plan of numberBatch may be created while the log is empty and a full scan looks cheap.
      options: noFullScan,
      whileHeld: (session, signal) => this.#serve(session, signal),
      onError: options.onError,
    });
  }

  /** Whether this process currently numbers events. */
  get isHolder(): boolean {
    return this.#isHolder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopListening();
    await this.#session[Symbol.asyncDispose]();
  }

  #notice(): void {
    this.#hasNews = true;
    this.#wake();
  }

  async #serve(session: pg.Client, signal: AbortSignal): Promise<void> {
    const wake = () => this.#wake();
    signal.addEventListener('abort', wake);
    try {
      await renewEpochAfterRestore(session);
      this.#isHolder = true;
      while (!signal.aborted) {
        // Cleared before reading, so that events that arrive in the meantime are not missed.
        this.#hasNews = false;
        const isDrained = await this.#number(session);
        if (isDrained && !this.#hasNews) await this.#sleep(pollMs, signal);
      }
    } finally {
      this.#isHolder = false;
      signal.removeEventListener('abort', wake);
    }
  }

  async #number(client: pg.Client): Promise<boolean> {
    const { rows } = await client.query<{ count: number; tenantIds: string[] | null }>({
      name: 'number-events',
      text: numberBatch,
    });
    const { count, tenantIds } = rows[0] ?? { count: 0, tenantIds: null };
    if (tenantIds) this.#hints.numbered(tenantIds);
    return count < batchSize;
  }

  /** Waits for new events, at most this long. */
  #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/**
 * After a restore, old cursors are invalid: a new epoch tells their holders to read the state again. A database without
 * an origin, whose events were never numbered, keeps its epoch.
 */
async function renewEpochAfterRestore(client: pg.Client): Promise<void> {
  await client.query(
    `UPDATE event_stream
     SET epoch = CASE event_stream.origin WHEN '' THEN epoch ELSE $1 END, origin = current.origin
     FROM (${selectOrigin}) current WHERE event_stream.origin <> current.origin`,
    [newId()],
  );
}
