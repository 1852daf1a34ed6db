/** The load generator: a process of its own, so that neither server nor bench shares its event loop. */
import type { LoadJob } from './job.ts';
import { measure } from './measure.ts';

process.on('message', (job: LoadJob) => {
  measure(job).then(
    (result) => process.send?.({ result }),
    (error: Error) => process.send?.({ error: `${error.message} ${error.cause ?? ''}` }),
  );
});
process.once('disconnect', () => process.exit(0));
