import { openSync, readSync } from 'node:fs';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/*
 * Loaded into a process before its program (`node --import`). Answers each line that is written to the socket
 * MAIN_THREAD_PROBE: `start` begins a measurement, `stop` ends it once the process is idle and answers its figures.
 *
 * A slice is what the main thread computes between two ticks of the event loop, in CPU time: a machine that is busy with
 * something else makes it no longer.
 */

const tickMs = 1;
/** The process is idle when it used less than this much CPU within the window. */
const idleMs = 8;
const windowMs = 60;

const statistics = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
const buffer = Buffer.alloc(64);

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

let longestMs = 0;
let startedAt = 0;
let ticker;

const server = createServer((socket) => {
  socket.unref();
  socket.setEncoding('utf8').on('data', async (line) => {
    socket.write(`${JSON.stringify(line.trim() === 'start' ? start() : await stop())}\n`);
  });
});
server.listen(process.env.MAIN_THREAD_PROBE).unref();

function start() {
  collectGarbage();
  longestMs = 0;
  let last = mainThreadMs();
  clearInterval(ticker);
  ticker = setInterval(() => {
    const now = mainThreadMs();
    longestMs = Math.max(longestMs, now - last);
    last = now;
  }, tickMs);
  startedAt = processMs();
  return {};
}

async function stop() {
  for (let used = Number.POSITIVE_INFINITY; used > idleMs; ) {
    const before = processMs();
    await new Promise((resolve) => setTimeout(resolve, windowMs));
    used = processMs() - before;
  }
  clearInterval(ticker);
  const cpuMs = processMs() - startedAt;
  collectGarbage();
  return { cpuMs, longestSliceMs: longestMs, heapMb: process.memoryUsage().heapUsed / 1e6 };
}

const nothing = new Int32Array(new SharedArrayBuffer(4));

/**
 * Milliseconds for which the main thread was on a CPU (Linux: Documentation/scheduler/sched-stats). Of a thread that runs,
 * Linux knows it only as of its last tick, up to 4 ms ago; of one that slept for a moment, exactly.
 */
function mainThreadMs() {
  Atomics.wait(nothing, 0, 0, 0.01);
  const length = readSync(statistics, buffer, 0, buffer.length, 0);
  return Number(buffer.toString('latin1', 0, length).split(' ', 1)[0]) / 1e6;
}

function processMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}
