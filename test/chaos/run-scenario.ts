import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../support/random.ts';
import { startLoad } from './load.ts';
import type { Scenario } from './scenarios.ts';
import { judge, type Verdict } from './verdict.ts';
import { openWorld } from './world.ts';

/** Clients are at work for so long before the fault and after it. */
const calmMs = 5_000;

/** Runs a scenario in a world of its own. The seed decides who is hit and when. */
export async function runScenario(scenario: Scenario, seed: number): Promise<Verdict> {
  const random = seededRandom(seed);
  await using world = await openWorld(scenario);
  const load = await startLoad(world, random);
  await delay(calmMs + random() * 1_000);
  await scenario.fault(world, random);
  await delay(calmMs);
  await load.stop();
  const verdict = await judge(world, load.observed);
  for (const follower of load.observed.followers) follower.leave();
  return verdict;
}
