import type { App } from '../../app.ts';
import type { Viewer } from '../../auth/viewer.ts';
import type { Limits } from '../../config/config.ts';
import { AppError } from '../../shared/errors.ts';
import { membershipKey } from '../../shared/global-id.ts';
import { MemoryBuckets } from './memory-buckets.ts';
import { redisBuckets } from './redis-buckets.ts';
import type { Buckets, Exceeded, Spending } from './spending.ts';

/** Whose requests are counted together: a member with all their credentials, and their tenant. */
export type Member = Pick<Viewer, 'tenantId' | 'userId'>;

/**
 * The rates of members and tenants, by number of requests and by points. A point is about 50 microseconds of CPU time:
 * an object that is read, or a kilobyte that is received or sent. Payloads of subscriptions are not counted, because
 * others cause them; the cost of live subscriptions is bounded instead.
 */
export type RateLimits = Disposable & {
  /** Counts a request, with its fixed price. @throws AppError `RATE_LIMITED`. */
  countRequest(member: Member): Promise<void>;
  /** Spends the cost of an operation before it runs. @throws AppError `RATE_LIMITED`. */
  spend(member: Member, points: number): Promise<void>;
  /** Charges what is known only afterwards. It refuses nothing, but later requests can be refused. */
  charge(member: Member, work: { bytes?: number; rows?: number }): void;
  /** Counts a message of a WebSocket in this process. @throws AppError `RATE_LIMITED`. */
  countMessage(member: Member, bytes: number): void;
};

/** Authentication and the log line of a request. */
const requestPoints = 10;
const messagePoints = 1;
const bytesPerPoint = 1024;
const maxKeys = 100_000;

/** Rates per process, or for all processes together with Redis. While Redis is down, they are per process again. */
export async function createRateLimits({
  config: { limits, redis },
  log,
  tenants,
}: Pick<App, 'config' | 'log' | 'tenants'>): Promise<RateLimits> {
  const inMemory = new MemoryBuckets({ maxKeys });
  const shared = redis && (await redisBuckets(redis.url, inMemory, log));
  const buckets: Buckets = shared ?? inMemory;

  function refuse(exceeded: Exceeded | null, points: number): void {
    if (!exceeded) return;
    const retryAfterSeconds = Math.ceil(exceeded.retryAfterMs / 1000);
    const message = `${messageOf(exceeded, limits, points)} Try again in ${retryAfterSeconds} s.`;
    throw new AppError('RATE_LIMITED', message, { retryAfterSeconds });
  }

  return {
    async countRequest(member) {
      await tenants.turn(member.tenantId);
      const spendings = [requestOf(member, limits), ...pointsOf(member, limits, requestPoints)];
      refuse(await buckets.spend(spendings), requestPoints);
    },
    async spend(member, points) {
      refuse(await buckets.spend(pointsOf(member, limits, points)), points);
    },
    charge(member, { bytes = 0, rows = 0 }) {
      const points = rows + Math.floor(bytes / bytesPerPoint);
      if (points > 0) void buckets.charge(pointsOf(member, limits, points));
    },
    countMessage(member, bytes) {
      const points = messagePoints + Math.floor(bytes / bytesPerPoint);
      const key = `messages:${membershipKey(member)}`;
      refuse(inMemory.spend([{ key, points, perMinute: limits.pointsPerMinute }]), points);
    },
    [Symbol.dispose]: () => shared?.[Symbol.dispose](),
  };
}

function requestOf(member: Member, { requestsPerMinute }: Limits): Spending {
  return { key: `requests:${membershipKey(member)}`, points: 1, perMinute: requestsPerMinute };
}

/** The member comes first: what is refused to a member costs the tenant nothing. */
function pointsOf(member: Member, limits: Limits, points: number): Spending[] {
  return [
    { key: `member:${membershipKey(member)}`, points, perMinute: limits.pointsPerMinute },
    { key: `tenant:${member.tenantId}`, points, perMinute: limits.tenantPointsPerMinute },
  ];
}

function messageOf({ key }: Exceeded, limits: Limits, points: number): string {
  if (key.startsWith('requests:')) return `A member can send at most ${limits.requestsPerMinute} requests per minute.`;
  const [who, limit] = key.startsWith('tenant:')
    ? ['The members of a tenant together', limits.tenantPointsPerMinute]
    : ['A member', limits.pointsPerMinute];
  return `${who} can spend at most ${limit} points per minute, and this costs ${points} points.`;
}
