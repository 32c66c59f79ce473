/**
 * JavaScript that runs in the browser before GraphiQL. It takes the token from the URL (`/graphql#token=…`; browsers do
 * not send the fragment) and keeps it for this window only. Requests and WebSockets send the token. If the server
 * rejects it, the script asks for another one. GraphiQL shows only the latest payload of a subscription. StreamReady
 * and StreamCheckpoint are therefore delayed until there is something else to show, so that they do not replace an
 * event before it is read.
 */
export const graphiqlSession = `
const errand = (() => {
  const key = 'errand:token';
  const read = () => sessionStorage.getItem(key);
  const credentials = () => (read() ? { authorization: 'Bearer ' + read() } : {});

  function takeFromAddress() {
    const token = new URLSearchParams(location.hash.slice(1)).get('token');
    if (!token) return false;
    sessionStorage.setItem(key, token);
    history.replaceState(null, '', location.pathname + location.search);
    return true;
  }

  let questions = 0;
  function ask() {
    questions += 1;
    const token = prompt(read() ? 'The token was not accepted. Another Errand token:' : 'Your Errand token:')?.trim();
    if (token) sessionStorage.setItem(key, token);
  }

  const send = window.fetch;
  window.fetch = async (url, init) => {
    const headers = new Headers(init?.headers);
    if (headers.has('authorization')) return send(url, init);
    const used = read();
    const asked = questions;
    if (used) headers.set('authorization', 'Bearer ' + used);
    const response = await send(url, { ...init, headers });
    if (response.status !== 401) return response;
    // Requests that are refused together ask once.
    if (asked === questions) ask();
    return read() === used ? response : window.fetch(url, init);
  };

  const isSignal = (payload) =>
    Object.entries(payload).every(([name, value]) =>
      name === 'cursor' || (name === '__typename' && ['StreamReady', 'StreamCheckpoint'].includes(value)));

  const shown = new Set();
  function isHidden(text) {
    const { type, id, payload } = JSON.parse(text);
    if (type !== 'next' || !payload.data) return false;
    const isLater = shown.has(id);
    shown.add(id);
    return isLater && Object.values(payload.data).every((value) => value && isSignal(value));
  }

  window.WebSocket = class extends WebSocket {
    set onmessage(take) {
      super.onmessage = (event) => isHidden(event.data) || take.call(this, event);
    }
  };

  takeFromAddress();
  addEventListener('hashchange', () => takeFromAddress() && location.reload());
  return { withSession: (options) => ({ ...options, connectionParams: credentials }) };
})();
`;
