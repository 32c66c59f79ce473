/** Anywhere in a name, without its separators. */
const parts =
  /authorization|cookie|password|passwd|passphrase|secret|credential|(?:access|account|api|auth|encryption|functions?|master|private|service|shared|signing|ssh|subscription)key/;
/** At its end: `max_tokens` and `tokenType` are names of other things. */
const ends = /(?:token|signature)$/;
/** As its last word: parts of longer words mean nothing. */
const lastWords = ['auth', 'bearer', 'jwt', 'otp', 'pass', 'pin', 'pwd', 'session', 'sessionid', 'sid', 'sig'];

/** Whether a header, a query parameter or a key has a name under which credentials are given. */
export function isCredentialName(name: string): boolean {
  const words = name
    .slice(0, 200)
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
  const joined = words.join('');
  return parts.test(joined) || ends.test(joined) || lastWords.includes(words.at(-1) ?? '');
}
