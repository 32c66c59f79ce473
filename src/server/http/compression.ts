import type { Transform } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import { readQualityValues } from './quality-values.ts';

/** Smaller bodies are not compressed: it would cost more than it saves. */
const minBytes = 1_024;

/** Content codings for responses. The first one is used if the client accepts both equally. */
const codings = ['br', 'gzip'] as const;
type Coding = (typeof codings)[number];

/** The coding to send to a caller with this Accept-Encoding header (RFC 9110, 12.5.3), or null for none. */
export function acceptedCoding(header: string | null, offered: readonly Coding[] = codings): Coding | null {
  if (!header) return null;
  const given = readQualityValues(header);
  const qualityOf = (coding: string) =>
    (given.find(({ name }) => name === coding) ?? given.find(({ name }) => name === '*'))?.quality ?? 0;
  const plain = given.find(({ name }) => name === 'identity')?.quality ?? 0;
  const [best] = [...offered].sort((a, b) => qualityOf(b) - qualityOf(a));
  return best && qualityOf(best) > 0 && qualityOf(best) >= plain ? best : null;
}

/**
 * The coding for a body of this size and a client with this Accept-Encoding header; null if the body is not compressed.
 */
export function worthwhileCoding(bytes: number, acceptEncoding: string | null): Coding | null {
  return bytes < minBytes ? null : acceptedCoding(acceptEncoding);
}

/** A body with the headers that say how it is coded. */
type CodedBody = { body: string | Uint8Array; headers: Record<string, string> };

/** Compresses a text for a client with this Accept-Encoding header if that is worthwhile. */
export async function compressed(text: string, acceptEncoding: string | null): Promise<CodedBody> {
  const headers = { vary: 'accept, accept-encoding' };
  const coding = worthwhileCoding(text.length, acceptEncoding);
  if (!coding) return { body: text, headers };
  return { body: await compressors[coding](text), headers: { ...headers, 'content-encoding': coding } };
}

/** At this quality, brotli is about as fast as gzip, and its answers are smaller. */
const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

const compressors: Record<Coding, (text: string) => Promise<Buffer>> = {
  br: (text) => promisify(brotliCompress)(text, quality),
  gzip: (text) => promisify(gzip)(text),
};

/** Compresses a stream whose beginning may be delayed, such as a file. */
export function compressor(coding: Coding): Transform {
  return coding === 'br' ? createBrotliCompress(quality) : createGzip();
}
