import { expectClean } from '../chaos/expect-clean.ts';

expectClean('redis-frozen@redis', 'redis-flushed@redis', 'failover@redis');
