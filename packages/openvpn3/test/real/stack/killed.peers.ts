import { describe, it } from 'node:test';
import { skip } from '../test-bed.ts';
import { killMeanwhile, moments, openKillStage } from './killed-service.ts';
import { serviceNames } from './stack-stage.ts';

/** Two stacks at once. */
describe('when a service is killed', { skip, concurrency: 2 }, () => {
  for (const moment of Object.keys(moments) as (keyof typeof moments)[]) {
    it(`${moment}, everybody is answered, nothing is lost and nothing is left`, async t => {
      const stage = await openKillStage(t);
      const failures: unknown[] = [];
      for (const service of serviceNames) {
        const started = performance.now();
        await killMeanwhile(stage, service, moment).catch(error =>
          failures.push(new Error(service, { cause: error })),
        );
        t.diagnostic(`${service}: ${Math.round(performance.now() - started)} ms`);
      }
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join(', '));
    });
  }
});
