/** Gives the one upstream connection to one job at a time, in the order they came; urgent ones before the others. */
export type Turns = {
  /** Runs `job` when its turn comes. Each session has one job here at most, so the turns are fair. */
  take<R>(job: () => Promise<R>, urgent: boolean): Promise<R>;
};

export function createTurns(): Turns {
  const urgentJobs: (() => Promise<void>)[] = [];
  const jobs: (() => Promise<void>)[] = [];
  let running = false;

  const next = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let job = urgentJobs.shift() ?? jobs.shift(); job; job = urgentJobs.shift() ?? jobs.shift())
      await job();
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
      void next();
      await turn.promise;
      return job().finally(done.resolve);
    },
  };
}
