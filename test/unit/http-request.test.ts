import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createEgress } from '../../src/infra/http/egress.ts';
import { sendHttpRequest } from '../../src/infra/http/request.ts';
import { newId } from '../../src/shared/ids.ts';

/** Sends a request to a server that writes this and closes the connection. */
async function answeredWith(text: string) {
  const server = createServer((socket) => socket.on('error', () => {}).end(text)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await sendHttpRequest({
      method: 'GET',
      url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`),
      headers: {},
      body: undefined,
      signal: AbortSignal.timeout(10_000),
      egress: createEgress(['127.0.0.1']),
      tenantId: newId(),
    });
  } finally {
    server.close();
  }
}

test.each([
  ['is not HTTP', 'Hello!\r\n\r\n', 'The response of the server is not valid HTTP.'],
  ['is missing', '', 'The server did not respond: it closed the connection.'],
])('the failure tells that a response %s', async (_, text, message) => {
  await expect(answeredWith(text)).rejects.toMatchObject({ code: 'HTTP_UNREACHABLE', message });
});
