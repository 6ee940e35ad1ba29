/** Gives the one upstream connection to one job at a time, in the order they came; urgent ones before the others. */
export type Turns = {
  /** Runs `job` when its turn comes. Each session has one job here at most, so the turns are fair. */
  take<R>(job: () => Promise<R>, urgent: boolean): Promise<R>;
};

/** So many urgent jobs may go before the others, then one of those has its turn. */
const maxUrgentRow = 8;

export function createTurns(): Turns {
  const urgentJobs: (() => Promise<void>)[] = [];
  const jobs: (() => Promise<void>)[] = [];
  let row = 0;
  let running = false;

  const next = (): (() => Promise<void>) | undefined => {
    const urgent = jobs.length === 0 || row < maxUrgentRow ? urgentJobs.shift() : undefined;
    row = urgent ? row + 1 : 0;
    return urgent ?? jobs.shift();
  };

  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let job = next(); job; job = next()) await job();
    running = false;
  };

  return {
    async take(job, urgent) {
      const turn = Promise.withResolvers<void>();
      const done = Promise.withResolvers<void>();
      (urgent ? urgentJobs : jobs).push(() => {
        turn.resolve();
        return done.promise;
      });
      void run();
      await turn.promise;
      return job().finally(done.resolve);
    },
  };
}
