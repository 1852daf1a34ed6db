/** The lists of the directory, beside each other. */
import { useHref } from '../../parts/href.ts';

const tabs = [
  { path: '/directory', name: 'Users' },
  { path: '/directory/groups', name: 'Groups' },
  { path: '/directory/deleted', name: 'Deleted users' },
] as const;

/** Links to the lists; the one that is shown is marked. */
export function Tabs({ here }: { readonly here: (typeof tabs)[number]['name'] }) {
  const href = useHref();
  return (
    <nav className="tabs" aria-label="Directory">
      {tabs.map(({ path, name }) => (
        <a key={path} href={href(path)} aria-current={name === here ? 'page' : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}
