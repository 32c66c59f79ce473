import { isCredentialName } from './credential-names.ts';

/** A part of a text, from `start` to before `end`. */
export type Span = { start: number; end: number };

/** What stands in the place of a credential. */
export const maskSign = '***';

/** Where a text names what follows: its groups are what is before, the name, what is between, and the value. */
const named = [
  // Parameters of a URL or a form, and variables: ?token=x, &api_key=x, PASSWORD=x.
  /(^|[?&;\s])([^\s=&?;#"'<>]{1,100})(=["']?)([^\s&;#"'<>]+)/g,
  // Fields of JSON in a text.
  /(")((?:[^"\\]|\\.){1,100})("\s*:\s*")((?:[^"\\]|\\.)+)(?=")/g,
  // Headers and fields of YAML: a line of its own.
  /(^[ \t]*)([\w.-]{1,100})(:[ \t]+)(\S[^\r\n]*)/gm,
];

/** Where the form alone tells: its groups are what is before, and the value. */
const formed = [
  // Schemes of the header Authorization; "basic knowledge" is none.
  /(\b(?:[Bb]earer|BEARER|[Bb]asic|BASIC)[ \t]+)(?=\S*(?:[\d=_.-]|[a-zA-Z][A-Z]))([\w.~+/=-]{6,})/g,
  // The password in a URL.
  /(:\/\/[^\s/?#:@]*:)([^\s/?#@]+)(?=@)/g,
  /()(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$))/g,
];

/** What every text with a credential has. Most texts have none of it, and are looked through once. */
const sign = /[=:]|bearer|basic|-----BEGIN/i;

/** The parts of a text that look like credentials, in order and apart from each other. */
export function credentialSpans(text: string): Span[] {
  if (!sign.test(text)) return [];
  const byName = named.flatMap((form) =>
    [...text.matchAll(form)].flatMap(({ index, 1: before = '', 2: name = '', 3: between = '', 4: value = '' }) => {
      const start = index + before.length + name.length + between.length;
      return isCredentialName(decoded(name)) ? [{ start, end: start + value.length }] : [];
    }),
  );
  const byForm = formed.flatMap((form) =>
    [...text.matchAll(form)].map(({ index, 1: before = '', 2: value = '' }) => {
      const start = index + before.length;
      return { start, end: start + value.length };
    }),
  );
  return joined([...byName, ...byForm]);
}

/** A text without what looks like a credential in it. Masking it again changes nothing. */
export function maskText(text: string): string {
  return maskSpans(text, credentialSpans(text));
}

/** A text with the mask in the place of these parts of it; parts that overlap or touch get one together. */
export function maskSpans(text: string, parts: Span[]): string {
  if (parts.length === 0) return text;
  const spans = joined(parts);
  const kept = spans.map(({ start }, index) => text.slice(spans[index - 1]?.end ?? 0, start));
  return [...kept, text.slice(spans.at(-1)?.end)].join(maskSign);
}

function joined(spans: Span[]): Span[] {
  const apart: Span[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start)) {
    const last = apart.at(-1);
    if (last && span.start <= last.end) last.end = Math.max(last.end, span.end);
    else apart.push({ ...span });
  }
  return apart;
}

/** A name or a value as it is meant in a URL. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
