import pg from 'pg';
import { newId } from '../shared/ids.ts';
import type { HintBus } from './hints.ts';

/** Session advisory lock of the one process that numbers events. */
const sequencerLock = 72_707_370;
const standbyPollMs = 500;
const pollMs = 1_000;
/** PostgreSQL ends the session of a frozen holder (stopped process, lost network), and a standby takes over. */
const idleSessionTimeoutMs = 10_000;
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
  readonly #directUrl: string;
  readonly #hints: HintBus;
  readonly #onError: (error: unknown) => void;
  readonly #stopListening: () => void;
  #disposed = false;
  #wake: () => void = () => {};
  #hasNews = false;
  #isHolder = false;
  readonly #running: Promise<void>;

  constructor(options: { directUrl: string; hints: HintBus; onError: (error: unknown) => void }) {
    this.#directUrl = options.directUrl;
    this.#hints = options.hints;
    this.#onError = options.onError;
    this.#stopListening = this.#hints.listen((hint) => {
      if (hint.topic === 'appended' && this.#isHolder) this.#notice();
      return hint.topic === 'appended' && this.#isHolder;
    });
    this.#running = this.#run();
  }

  /** Whether this process currently numbers events. */
  get isHolder(): boolean {
    return this.#isHolder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.#stopListening();
    this.#notice();
    await this.#running;
  }

  #notice(): void {
    this.#hasNews = true;
    this.#wake();
  }

  /** One session after another: a broken connection releases the lock, and the next session starts again. */
  async #run(): Promise<void> {
    while (!this.#disposed) {
      const client = new pg.Client({
        connectionString: this.#directUrl,
        application_name: 'errand sequencer',
        // The plan of numberBatch may be created while the log is empty and a full scan looks cheap.
        options: `-c idle_session_timeout=${idleSessionTimeoutMs} ${noFullScan}`,
        keepAlive: true,
      });
      client.on('error', this.#onError);
      try {
        await client.connect();
        await this.#serve(client);
      } catch (error) {
        if (!this.#disposed) this.#onError(error);
      } finally {
        this.#isHolder = false;
        await client.end().catch(this.#onError);
      }
      await this.#sleep(standbyPollMs);
    }
  }

  async #serve(client: pg.Client): Promise<void> {
    while (!this.#disposed && !(await tryLock(client))) await this.#sleep(standbyPollMs);
    if (this.#disposed) return;
    await renewEpochAfterRestore(client);
    this.#isHolder = true;
    while (!this.#disposed) {
      // Cleared before reading, so that events that arrive in the meantime are not missed.
      this.#hasNews = false;
      const isDrained = await this.#number(client);
      if (isDrained && !this.#hasNews) await this.#sleep(pollMs);
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
  #sleep(ms: number): Promise<void> {
    if (this.#disposed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

async function tryLock(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [
    sequencerLock,
  ]);
  return rows[0]?.locked ?? false;
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
