/** One entry of a header such as Accept: its name in lower case, without parameters, and its weight from 0 to 1. */
export type Weighted = { name: string; quality: number };

/** Reads a header that weighs alternatives (RFC 9110, 12.4.2), in the order of the header. */
export function readQualityValues(header: string): Weighted[] {
  return header.split(',').flatMap((entry) => {
    const [name = '', ...parameters] = entry.split(';').map((part) => part.trim().toLowerCase());
    return name ? [{ name, quality: qualityOf(parameters) }] : [];
  });
}

/** An invalid weight is ignored. */
function qualityOf(parameters: string[]): number {
  const weight = parameters.find((parameter) => /^q\s*=/.test(parameter));
  const quality = Number(weight?.slice(weight.indexOf('=') + 1).trim() || 1);
  return quality >= 0 && quality <= 1 ? quality : 1;
}
