/**
 * A function of JavaScript that the browser calls with GraphiQL's options. It takes the token out of the address
 * (`/graphql#token=…`; a fragment never reaches a server), keeps it for this tab alone, and has GraphiQL send it with
 * requests and sockets. Without a token it asks for one.
 */
export const graphiqlSession = `function (options) {
  const key = 'errand:token';
  const given = new URLSearchParams(location.hash.slice(1)).get('token');
  if (given) {
    sessionStorage.setItem(key, given);
    history.replaceState(null, '', location.pathname + location.search);
  }
  const token = sessionStorage.getItem(key) ?? prompt('Your Errand token:')?.trim();
  if (token) sessionStorage.setItem(key, token);
  const credentials = token ? { authorization: 'Bearer ' + token } : {};
  return { ...options, additionalHeaders: credentials, connectionParams: credentials };
}`;
