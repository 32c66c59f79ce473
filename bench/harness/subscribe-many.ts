import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

type Subscriptions = { url: string; token: string; query: string; count: number };

const perSocket = 100;
const readyWithinMs = 20_000;
const readyMark = Buffer.from('"StreamReady"');
const ackMark = Buffer.from('"connection_ack"');
const pingMark = Buffer.from('{"type":"ping"');

/** Opens so many equal subscriptions of one member and throws their payloads away. They end with the process. */
export async function subscribeMany({ count, ...subscriptions }: Subscriptions): Promise<void> {
  const sockets = Array.from({ length: Math.ceil(count / perSocket) }, (_, n) =>
    subscribe({ ...subscriptions, count: Math.min(perSocket, count - n * perSocket) }),
  );
  const late = delay(readyWithinMs, undefined, { ref: false }).then(() => {
    throw new Error('The subscriptions did not begin in time.');
  });
  await Promise.race([Promise.all(sockets), late]);
}

function subscribe({ url, token, query, count }: Subscriptions): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
    perMessageDeflate: false,
  });
  const send = (message: object) => socket.send(JSON.stringify(message));
  return new Promise((resolve, reject) => {
    let ready = 0;
    socket.on('open', () => send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
    socket.on('message', (data: Buffer) => {
      if (ready < count && data.includes(readyMark)) ready += 1;
      else if (data.includes(ackMark)) subscribeAll();
      else if (data.includes(pingMark)) send({ type: 'pong' });
      else if (ready < count) reject(new Error(`A subscriber got ${data.toString().slice(0, 500)}`));
      if (ready === count) resolve();
    });
    socket.on('error', reject);
    socket.on('close', (code, reason) => reject(new Error(`A socket was closed: ${code} ${reason}`)));

    function subscribeAll(): void {
      for (let id = 1; id <= count; id += 1) send({ id: String(id), type: 'subscribe', payload: { query } });
    }
  });
}
