import { type DestinationStream, pino } from 'pino';

/** Lines are written together: at so many bytes, or so long after the first of them. */
const batchBytes = 4_096;
const batchMs = 100;

let output: DestinationStream | null = null;

/**
 * The standard output of the process, for the log. Writing each line by itself costs more than making it. What is collected
 * is written when the process exits, also after a fatal error; only a process that is killed loses its last lines.
 */
export function standardOutput(): DestinationStream {
  output ??= collecting();
  return output;
}

function collecting(): DestinationStream {
  const stream = pino.destination({ sync: false, minLength: batchBytes });
  const { flushSync } = stream;
  // pino calls it when the process exits.
  stream.flushSync = () => {
    try {
      flushSync.call(stream);
    } catch {
      // Whoever read the output is gone, as in src/main/run.ts.
    }
  };
  let isScheduled = false;
  const flush = () => {
    isScheduled = false;
    stream.flush();
  };
  return {
    write(line) {
      stream.write(line);
      if (isScheduled) return;
      isScheduled = true;
      setTimeout(flush, batchMs).unref();
    },
  };
}
