/** The lists of the directory, beside each other. */
import { Tabs } from '../../parts/tabs.tsx';

const tabs = [
  ['/directory', 'Users'],
  ['/directory/groups', 'Groups'],
  ['/directory/deleted', 'Deleted users'],
  ['/directory/settings', 'Directory settings'],
] as const;

/** Links to the lists; the one that is shown is marked. */
export function DirectoryTabs({ here }: { readonly here: (typeof tabs)[number][0] }) {
  return <Tabs label="Directory" tabs={tabs} current={here} />;
}
