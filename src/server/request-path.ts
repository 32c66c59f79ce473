/** The path of a request without its query and trailing slash. Accepts any input. */
export function requestPath(url = '/'): string {
  const path = url.split('?', 1)[0] ?? '/';
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}
