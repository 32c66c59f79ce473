import { expect, test } from 'vitest';
import { hasRedis } from '../support/redis.ts';
import { runScenario } from './run-scenario.ts';
import { labelOf, scenarios } from './scenarios.ts';

/** Tests that clients lose nothing and get nothing twice in these scenarios. `npm run chaos` runs all of them. */
export function expectClean(...labels: readonly string[]): void {
  for (const label of labels) {
    const scenario = scenarios.find((one) => labelOf(one) === label);
    if (!scenario) throw new Error(`There is no scenario ${label}.`);
    test.skipIf(scenario.backend === 'redis' && !hasRedis)(
      `${label}: nothing is lost and nothing comes twice`,
      async () => {
        const { lost, doubled, faults, acknowledged, mails } = await runScenario(scenario, 1);
        expect(acknowledged).toBeGreaterThan(0);
        expect(mails).toBeGreaterThan(0);
        const nothing = { tasks: 0, events: 0, mails: 0 };
        // A mail that the server accepted while its worker was killed may come again, with its Message-ID.
        expect({ lost, doubled, faults }).toEqual({
          lost: nothing,
          doubled: { ...nothing, mails: expect.any(Number) },
          faults: new Map(),
        });
      },
    );
  }
}
