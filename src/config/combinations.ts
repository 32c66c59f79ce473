import type { Values } from './variables.ts';

/**
 * Faults in the combination of variables that are valid by themselves. A variable that is already invalid is not
 * checked again.
 */
export function combinationFaults(values: Partial<Values>, isGiven: (name: keyof Values) => boolean): string[] {
  return [
    ...databaseFaults(values, isGiven),
    ...jwtFaults(values, isGiven),
    ...leaseFaults(values),
    ...retentionFaults(values),
    ...trustedDocumentsFaults(isGiven),
  ];
}

function* databaseFaults(values: Partial<Values>, isGiven: (name: keyof Values) => boolean): Iterable<string> {
  const isExternal = isGiven('DATABASE_URL');
  if (isExternal && values.ERRAND_MASTER_KEY === null) {
    yield 'ERRAND_MASTER_KEY is required with DATABASE_URL: 32 random bytes in base64, the same for every process. Create it once: openssl rand -base64 32';
  }
  if (!isExternal && isGiven('DIRECT_DATABASE_URL')) {
    yield 'DIRECT_DATABASE_URL requires DATABASE_URL. Set both or neither.';
  }
}

function* jwtFaults(values: Partial<Values>, isGiven: (name: keyof Values) => boolean): Iterable<string> {
  const keys = jwtKeys.filter(isGiven);
  if (keys.length === 2) yield `${keys.join(' and ')} cannot be combined. Set only one of them.`;
  const others = jwtOthers.filter(isGiven);
  if (keys.length === 0 && others.length > 0) {
    yield `${others.join(', ')}: requires ${jwtKeys.join(' or ')}. Set one of these.`;
  }
  for (const name of ['ERRAND_JWT_ISSUER', 'ERRAND_JWT_AUDIENCE'] as const) {
    if (keys.length > 0 && !isGiven(name))
      yield `${name} is required with ${keys[0]}: the value that JWTs for this server have.`;
  }
  if (keys.length === 1) yield* algorithmFaults(values, keys[0] === 'ERRAND_JWT_SECRET' ? symmetric : asymmetric);
}

const jwtKeys = ['ERRAND_JWT_SECRET', 'ERRAND_JWT_JWKS_URL'] as const;
const jwtOthers = [
  'ERRAND_JWT_ISSUER',
  'ERRAND_JWT_AUDIENCE',
  'ERRAND_JWT_ALGORITHMS',
  'ERRAND_JWT_EMAIL_VERIFIED',
  'ERRAND_JWT_TENANT_CLAIM',
  'ERRAND_JWT_PROVISION_ROLE',
] as const;

const symmetric = ['HS256', 'HS384', 'HS512'];
const asymmetric = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** A public key must never be taken for a shared secret (RFC 8725, 2.1). */
function* algorithmFaults(values: Partial<Values>, legal: string[]): Iterable<string> {
  const illegal = (values.ERRAND_JWT_ALGORITHMS ?? []).filter((name) => !legal.includes(name));
  if (illegal.length > 0) yield `ERRAND_JWT_ALGORITHMS must be in ${legal.join(', ')}, not ${illegal.join(', ')}.`;
}

/** A worker must stop by itself before another one takes over. */
function* leaseFaults(values: Partial<Values>): Iterable<string> {
  const { ERRAND_RUN_RENEW_MS: renew, ERRAND_RUN_ABANDON_MS: abandon, ERRAND_RUN_LEASE_MS: lease } = values;
  if (!renew || !abandon || !lease || (renew < abandon && abandon < lease)) return;
  yield 'ERRAND_RUN_RENEW_MS must be less than ERRAND_RUN_ABANDON_MS, which must be less than ERRAND_RUN_LEASE_MS.';
}

function* retentionFaults(values: Partial<Values>): Iterable<string> {
  const { ERRAND_STREAM_DAYS: stream, ERRAND_LOG_DAYS: log } = values;
  if (stream && log && stream > log) yield 'ERRAND_STREAM_DAYS must not be more than ERRAND_LOG_DAYS.';
}

function* trustedDocumentsFaults(isGiven: (name: keyof Values) => boolean): Iterable<string> {
  const names = ['ERRAND_TRUSTED_DOCUMENTS', 'ERRAND_TRUSTED_DOCUMENTS_FILE'] as const;
  const [given, another] = names.filter(isGiven);
  if (!given || another) return;
  yield `${given} requires ${names.find((name) => name !== given)}. Set both or neither.`;
}
