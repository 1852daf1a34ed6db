/** The development store as a process: `node devstore/main.ts`, options from the environment. */
import { runStandIn } from '../standin/process.ts';
import { optionsFromEnvironment } from './options.ts';
import { startDevStore } from './server.ts';

await runStandIn({
  name: 'Development store',
  portSetting: 'DEVSTORE_PORT',
  read: optionsFromEnvironment(process.env),
  start: startDevStore,
});
