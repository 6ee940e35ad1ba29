import { describe, it } from 'node:test';
import { killMeanwhile, moments, openKillStage } from './stack-killed-service.ts';
import { type Service, serviceNames } from './stack-stage.ts';
import { skip } from './test-bed.ts';

/** Two stacks at once. */
describe('when a service is killed', { skip, concurrency: 2 }, () => {
  for (const [name, moment] of Object.entries(moments)) {
    it(`${name}, everybody is answered, nothing is lost and nothing is left`, async t => {
      const stage = await openKillStage(t);
      const failures: unknown[] = [];
      for (const service of serviceNames as readonly Service[]) {
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
