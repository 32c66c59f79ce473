import { once } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { AppError } from '../../shared/errors.ts';
import { type ParseOptions, parseFile, type RawRow } from './parse-file.ts';

/*
 * The program of a thread that parses files, one after another. It asks for each part of a file, and sends each batch of
 * rows and waits until it is taken: so it never has more than one of each in memory.
 */

/** READ is answered by a part of the file, ROWS when they were taken, END and REFUSED by the next file. */
export type ThreadMessage =
  | { kind: 'READ' }
  | { kind: 'ROWS'; rows: RawRow[] }
  | { kind: 'END' }
  | { kind: 'REFUSED'; message: string };

/** A file, a part of it, or null: its end, or that rows were taken. */
export type ThreadAnswer = ParseOptions | Uint8Array | null;

/** Few enough to be received in an instant. A single row may have more characters. */
const maxBatch = { rows: 200, characters: 64_000 };

if (parentPort) await serve(parentPort);

async function serve(port: MessagePort): Promise<void> {
  const receive = async () => (await once(port, 'message'))[0] as ThreadAnswer;
  const ask = (message: ThreadMessage) => {
    port.postMessage(message);
    return receive();
  };
  for (let file = await receive(); ; ) file = await ask(await parse(file as ParseOptions, ask));
}

type Ask = (message: ThreadMessage) => Promise<ThreadAnswer>;

async function parse(options: ParseOptions, ask: Ask): Promise<ThreadMessage> {
  try {
    for await (const rows of inBatches(parseFile(parts(ask), options))) await ask({ kind: 'ROWS', rows });
    return { kind: 'END' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { kind: 'REFUSED', message: error.message };
  }
}

async function* parts(ask: Ask): AsyncGenerator<Uint8Array> {
  for (;;) {
    const part = (await ask({ kind: 'READ' })) as Uint8Array | null;
    if (!part) return;
    yield part;
  }
}

async function* inBatches(rows: AsyncIterable<RawRow>): AsyncGenerator<RawRow[]> {
  let batch: RawRow[] = [];
  let characters = 0;
  for await (const row of rows) {
    batch.push(row);
    characters += row.size;
    if (batch.length < maxBatch.rows && characters < maxBatch.characters) continue;
    yield batch;
    batch = [];
    characters = 0;
  }
  if (batch.length > 0) yield batch;
}
