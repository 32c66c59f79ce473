/**
 * The beginning of a text from outside, for messages and logs: a request must not decide how long they are. Half of a
 * character at the end is left out.
 */
export function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1).replace(/\p{Surrogate}$/u, '')}…`;
}
