/** The development LMS as a process: `node devlms/main.ts`, options from the environment. */
import { runStandIn } from '../standin/process.ts';
import { optionsFromEnvironment } from './options.ts';
import { startDevLms } from './server.ts';

await runStandIn({
  name: 'Development LMS',
  portSetting: 'DEVLMS_PORT',
  read: optionsFromEnvironment(process.env),
  start: startDevLms,
});
