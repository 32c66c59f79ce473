import { readQualityValues, type Weighted } from './quality-values.ts';

/** How one result is sent. */
export type AnswerType = 'application/json' | 'application/graphql-response+json' | 'text/event-stream';

const jsonTypes = ['application/json', 'application/graphql-response+json'] as const;
const events = 'text/event-stream';

/**
 * The media type of the response for this Accept header, or null if the client accepts none of the available types. A
 * single result is sent as JSON unless the client prefers events.
 */
export function answerType(accept: string | null | undefined): AnswerType | null {
  const ranges = rangesOf(accept);
  const json = preferred(ranges, jsonTypes);
  const eventsQuality = match(ranges, events).quality;
  if (eventsQuality > 0 && eventsQuality > (json?.quality ?? 0)) return events;
  return json?.type ?? null;
}

/** Whether a stream of results can be sent to the caller. */
export function acceptsEvents(accept: string | null): boolean {
  return match(rangesOf(accept), events).quality > 0;
}

/** Whether the client prefers a page to a result, as a browser does that opens a URL. */
export function prefersPage(accept: string | null): boolean {
  return preferred(rangesOf(accept), [...jsonTypes, events, 'text/html'])?.type === 'text/html';
}

function rangesOf(accept: string | null | undefined): Weighted[] {
  return readQualityValues(accept?.trim() ? accept : '*/*');
}

type Match = { quality: number; isNamed: boolean; position: number };

/**
 * The type with the highest weight. Among equals, types that the client names come before types that match a wildcard.
 */
function preferred<T extends string>(ranges: Weighted[], types: readonly T[]): (Match & { type: T }) | undefined {
  return types
    .map((type) => ({ type, ...match(ranges, type) }))
    .filter(({ quality }) => quality > 0)
    .sort(
      (a, b) =>
        b.quality - a.quality || Number(b.isNamed) - Number(a.isNamed) || (a.isNamed ? a.position - b.position : 0),
    )[0];
}

/** The most specific range decides about a type (RFC 9110, 12.5.1). */
function match(ranges: Weighted[], type: string): Match {
  const patterns = [type, `${type.split('/')[0]}/*`, '*/*'];
  const position = patterns.map((pattern) => ranges.findIndex(({ name }) => name === pattern)).find((at) => at >= 0);
  const range = position === undefined ? undefined : ranges[position];
  return { quality: range?.quality ?? 0, isNamed: range?.name === type, position: position ?? -1 };
}
