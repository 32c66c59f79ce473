import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seal, unseal } from '../../src/auth/sealed.ts';
import { isCredentialName } from '../../src/domain/executions/credentials/credential-names.ts';
import { credentialSpans, maskText } from '../../src/domain/executions/credentials/credential-spans.ts';
import { maskOf } from '../../src/domain/executions/credentials/mask.ts';
import {
  divide,
  PlanCredentials,
  sealCredentials,
  toShown,
} from '../../src/domain/executions/credentials/plan-credentials.ts';
import { giveBack, takeCredentials } from '../../src/domain/executions/credentials/take-credentials.ts';
import { describeError } from '../../src/infra/log/presentable.ts';

describe('a name', () => {
  test.each([
    'Authorization',
    'Proxy-Authorization',
    'X-Api-Key',
    'api_key',
    'apiKey',
    'APIKEY',
    'Ocp-Apim-Subscription-Key',
    'X-Amz-Security-Token',
    'X-Amz-Signature',
    'access_token',
    'privateToken',
    'PRIVATE-TOKEN',
    'token',
    'Cookie',
    'set-cookie',
    'password',
    'user_password',
    'passwd',
    'db.pwd',
    'client_secret',
    'secretAccessKey',
    'sig',
    'AWS_SECRET_ACCESS_KEY',
    'pin',
    'x-auth',
  ])('%s is one of credentials', (name) => {
    expect(isCredentialName(name)).toBe(true);
  });

  test.each([
    'key',
    'Idempotency-Key',
    'primaryKey',
    'sortKey',
    'max_tokens',
    'token_type',
    'Content-Type',
    'author',
    'bypass',
    'compass',
    'shipping',
    'monkey',
    'design',
    'If-None-Match',
    'assignee',
    'tokens',
    'path',
    '',
  ])('%j is none of credentials', (name) => {
    expect(isCredentialName(name)).toBe(false);
  });
});

describe('a text', () => {
  test.each([
    ['https://a.test/x?secret=s3cr&n=1#top', 'https://a.test/x?secret=***&n=1#top'],
    ['https://a.test/x?n=1&API%5FKEY=a%20b', 'https://a.test/x?n=1&API%5FKEY=***'],
    ['grant_type=client_credentials&client_secret=abc', 'grant_type=client_credentials&client_secret=***'],
    ['export PGPASSWORD=abc; psql', 'export PGPASSWORD=***; psql'],
    ['{"user":"a","password" : "b\\"c","n":1}', '{"user":"a","password" : "***","n":1}'],
    ['Authorization: Bearer abc\r\nAccept: x', 'Authorization: ***\r\nAccept: x'],
    ['it sent Bearer eyJhbGciOi.eyJz.c2ln and more', 'it sent Bearer *** and more'],
    ['basic YTpiMTIz', 'basic ***'],
    ['postgres://errand:pa55@db/errand', 'postgres://errand:***@db/errand'],
    ['a\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nb', 'a\n***\nb'],
    ['user: alice\n  password: hunter2\n', 'user: alice\n  password: ***\n'],
  ])('%j is masked', (text, masked) => {
    expect(maskText(text)).toBe(masked);
    expect(maskText(masked)).toBe(masked);
  });

  test.each([
    'https://a.test/x?page=2&sort=key',
    'Basic authentication is required by the server',
    'The server returned 404.',
    '{"max_tokens":"5"}',
    'a=b',
  ])('%j stays as it is', (text) => {
    expect(maskText(text)).toBe(text);
  });

  test('of any kind is looked through in time that grows with its length', () => {
    const forms = [
      '"a":"',
      '\n',
      ' ',
      'Bearer ',
      'a=',
      '://a:',
      '"',
      '\\"',
      '-----BEGIN PRIVATE KEY-----',
      'a: ',
      '?a',
    ];
    for (const form of forms) {
      for (const other of forms) expect(credentialSpans((form + other).repeat(3_000))).toBeInstanceOf(Array);
    }
  });
});

const json = fc.jsonValue({ maxDepth: 4 });
const input = fc.dictionary(
  fc.oneof(fc.constantFrom('token', 'headers', 'Authorization', 'url', '$secret', '__proto__'), fc.string()),
  fc.oneof(json, fc.constantFrom('https://a.test/?token=abcdefg', 'Bearer abcdefg1', '***')),
);

describe('a plan', () => {
  const key = randomBytes(32);
  const planOf = (steps: object[]) => ({
    steps: steps.map((given, n) => ({ name: `s${n}`, type: 'http', input: { ...given } })),
  });

  test('is given to its steps as it was submitted, and masking it again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(input, { minLength: 1, maxLength: 4 }), (inputs) => {
        const plan = planOf(inputs);
        const divided = divide(plan);
        const stored = divided.masked;
        const sealed = sealCredentials(divided, { key, tenantId: 't' });
        const credentials = new PlanCredentials(key, { tenantId: 't', sealed });
        const steps = JSON.parse(JSON.stringify(stored)).steps as typeof plan.steps;
        const given = steps.map((step) => ({ ...step, input: credentials.inputOf(step) }));
        expect(JSON.stringify(given)).toBe(JSON.stringify(plan.steps));
        expect(toShown(stored)).toEqual(stored);
      }),
      { numRuns: 100 },
    );
  });

  test('is stored without its credentials, and only they are missing', () => {
    const headers = { Authorization: 'Bearer s3cret-1', 'X-Api-Key': 's3cret-2', Accept: 'text/plain' };
    const body = {
      user: 'alice',
      password: 's3cret-3',
      pins: [1],
      pin: 493817,
      token: { $secret: 'a/b' },
      note: 'token',
    };
    const plan = planOf([{ url: 'https://a.test/?n=1&secret=s3cret-4', headers, body }]);
    const divided = divide(plan);
    const stored = divided.masked;
    const credentials = sealCredentials(divided, { key, tenantId: 't' });
    expect(stored.steps[0]?.input).toEqual({
      url: 'https://a.test/?n=1&secret=***',
      headers: { Authorization: '***', 'X-Api-Key': '***', Accept: 'text/plain' },
      body: { user: 'alice', password: '***', pins: [1], pin: '***', token: { $secret: 'a/b' }, note: 'token' },
    });
    for (const form of ['latin1', 'base64', 'hex'] as const) {
      expect(credentials?.toString(form)).not.toMatch(/s3cret|493817/);
    }
  });

  test('without credentials is stored as it is', () => {
    const plan = planOf([{ url: 'https://a.test/' }]);
    const divided = divide(plan);
    expect(divided.masked).toBe(plan);
    expect(sealCredentials(divided, { key, tenantId: 't' })).toBeNull();
  });
});

test('what is taken out of a value is put back', () => {
  fc.assert(
    fc.property(json, (value) => {
      const { masked, credentials } = takeCredentials(value);
      expect(giveBack(masked, credentials)).toEqual(value);
    }),
  );
});

describe('a mask', () => {
  const mask = maskOf(['Bearer tok/en+1"x', 'session=abc12345; theme=dark12', '7']);

  test.each([
    ['as it is', 'got tok/en+1"x', 'got ***'],
    ['in JSON', JSON.stringify({ a: 'tok/en+1"x' }), '{"a":"***"}'],
    ['in a URL', `/x/${encodeURIComponent('tok/en+1"x')}`, '/x/***'],
    ['in base64', Buffer.from('tok/en+1"x').toString('base64'), '***'],
    ['in part', 'abc12345', '***'],
    ['if it is not too short to tell', '7 Bearer items', '7 Bearer items'],
  ])('hides a credential that comes back %s', (_, text, masked) => {
    expect(mask.text(text)).toBe(masked);
    expect(mask.output({ list: [text], n: 7 })).toEqual({ list: [masked], n: 7 });
  });

  test('leaves what is no credential of the plan in an output, and masks it in a log', () => {
    expect(mask.output({ text: 'token=other-one' })).toEqual({ text: 'token=other-one' });
    expect(mask.text('token=other-one')).toBe('token=***');
  });
});

const urlOf = (text: string) => encodeURIComponent(text);
const base64Of = (text: string) => Buffer.from(text).toString('base64');

/** All that a mask is to hide of a credential that is one word. */
function formsOf(secret: string): string[] {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return [secret, urlOf(secret), inJson, base64Of(secret), Buffer.from(secret).toString('base64url')];
}

/** Masks each place of any of these texts, in the simplest way. */
function maskNaively(texts: readonly string[], text: string): string {
  const isHidden = Array.from(text, () => false);
  for (const hidden of texts) {
    for (let at = text.indexOf(hidden); at >= 0; at = text.indexOf(hidden, at + 1)) {
      isHidden.fill(true, at, at + hidden.length);
    }
  }
  return Array.from(text, (sign, at) => (!isHidden[at] ? sign : isHidden[at - 1] ? '' : '***')).join('');
}

/** Few letters, so that credentials are beginnings, ends and parts of each other. */
const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '"'), minLength: 6, maxLength: 9 });

describe('a mask of any credentials', () => {
  test('hides them and what overlaps with them, and nothing else', () => {
    const drawn = fc.array(word, { minLength: 1, maxLength: 6 }).chain((secrets) => {
      const part = fc.oneof(
        fc.constantFrom(...secrets.flatMap(formsOf)),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', ' ') }),
      );
      return fc.tuple(fc.constant(secrets), fc.array(part, { maxLength: 8 }));
    });
    fc.assert(
      fc.property(drawn, ([secrets, parts]) => {
        const [forms, text] = [secrets.flatMap(formsOf), parts.join('')];
        const { output } = maskOf(secrets);
        expect(output(text)).toBe(maskNaively(forms, text));
        expect(forms.filter((form) => `${output(text)}`.includes(form))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  test('hides a thousand of them, and one of thousands of words', () => {
    const many = Array.from({ length: 1_000 }, () => randomBytes(30).toString('hex'));
    const words = Array.from({ length: 3_000 }, () => randomBytes(5).toString('hex'));
    const mask = maskOf([...many, words.join(' ')]);
    for (const secret of [...many, ...words]) {
      expect(mask.text(`${secret}, ${base64Of(secret)}`)).toBe('***, ***');
    }
    expect(mask.text('Nothing else is masked.')).toBe('Nothing else is masked.');
  });

  test('takes time by the length of what it searches, whatever is in it', () => {
    const [letters, other] = ['a'.repeat(20_000), 'b'.repeat(20_000)];
    const mask = maskOf([`${letters}b`, `b${letters}`, `${letters.slice(1)}c${other}`]);
    const text = `${'a'.repeat(1_000_000)}${'ab'.repeat(100_000)}`;
    expect(mask.text(text) === text).toBe(false);
    expect(mask.text(text.replaceAll('b', 'd')) === text.replaceAll('b', 'd')).toBe(true);
  });
});

describe('an error', () => {
  const secret = 's3cr3t-value';

  test('is logged without the credentials, and so is its cause', () => {
    const cause = new TypeError(`cannot parse ${secret}`);
    const masked = maskOf([secret]).error(new Error(`failed for ${secret}`, { cause }));
    expect(masked).toMatchObject({
      message: 'failed for ***',
      cause: { name: 'TypeError', message: 'cannot parse ***' },
    });
    expect(JSON.stringify(describeError(masked))).not.toContain(secret);
    expect(maskOf([secret]).error(secret).message).toBe('***');
  });

  test('of reading credentials has nothing of them', () => {
    const key = randomBytes(32);
    const credentials = new PlanCredentials(key, { tenantId: 't', sealed: seal(key, `${secret} is no JSON`, 't') });
    try {
      credentials.inputOf({ name: 'a', input: {} });
      expect.fail('It was read.');
    } catch (error) {
      expect(describeError(error)).toMatchObject({
        message: 'The credentials of the plan were decrypted but cannot be read.',
      });
      expect(JSON.stringify(describeError(error))).not.toContain(secret.slice(0, 3));
    }
  });
});

describe('a sealed value', () => {
  const key = randomBytes(32);
  const sealed = seal(key, 'söme text', 'row 1');

  test('is read with its key and its context alone', () => {
    expect(unseal(key, sealed, 'row 1')).toBe('söme text');
    expect(() => unseal(key, sealed, 'row 2')).toThrow();
    expect(() => unseal(randomBytes(32), sealed, 'row 1')).toThrow();
    expect(() => unseal(key, Buffer.of(2, ...sealed.subarray(1)), 'row 1')).toThrow('version 2');
  });

  test('is refused when a bit has changed', () => {
    for (const at of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => unseal(key, changed, 'row 1')).toThrow();
    }
  });

  test('is another one each time', () => {
    expect(seal(key, 'söme text', 'row 1').equals(sealed)).toBe(false);
  });
});
