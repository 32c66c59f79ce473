/** Abbreviations mean the time zone and not a fixed offset: "PST" in July is Pacific time. */
const abbreviations: Record<string, string> = {
  utc: 'UTC',
  gmt: 'UTC',
  z: 'UTC',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  pt: 'America/Los_Angeles',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  cst: 'America/Chicago',
  cdt: 'America/Chicago',
  est: 'America/New_York',
  edt: 'America/New_York',
  et: 'America/New_York',
  ct: 'America/Chicago',
  cet: 'Europe/Berlin',
  cest: 'Europe/Berlin',
  bst: 'Europe/London',
  wet: 'Europe/Lisbon',
  eet: 'Europe/Athens',
  msk: 'Europe/Moscow',
  jst: 'Asia/Tokyo',
  kst: 'Asia/Seoul',
  ist: 'Asia/Kolkata',
  sgt: 'Asia/Singapore',
  hkt: 'Asia/Hong_Kong',
  pkt: 'Asia/Karachi',
  aest: 'Australia/Sydney',
  aedt: 'Australia/Sydney',
  nzst: 'Pacific/Auckland',
  pacific: 'America/Los_Angeles',
  mountain: 'America/Denver',
  central: 'America/Chicago',
  eastern: 'America/New_York',
};

/** What may follow a clock time: an abbreviation, an offset, or "<city> time". */
export const ZONE = `(?:${Object.keys(abbreviations).slice(0, -4).join('|')}|(?:pacific|mountain|central|eastern) time|(?:[\\p{L}.'-]{1,20} ){1,3}time)`;

let cities: Map<string, string> | null = null;

/** The IANA name for "jst", "pacific time" or "new york time"; null if there is no such place. */
export function readZone(said: string): string | null {
  const name = said.replace(/ time$/, '');
  if (Object.hasOwn(abbreviations, name)) return abbreviations[name] ?? null;
  cities ??= new Map(Intl.supportedValuesOf('timeZone').map((zone) => [cityOf(zone), zone]));
  return cities.get(name) ?? null;
}

function cityOf(zone: string): string {
  return zone
    .slice(zone.lastIndexOf('/') + 1)
    .replaceAll('_', ' ')
    .toLowerCase();
}
