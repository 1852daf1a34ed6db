/** Pages that belong together, one of which is shown. */
import { useHref } from './href.ts';

interface TabsProps {
  readonly label: string;
  /** Paths with their names. */
  readonly tabs: readonly (readonly [path: string, name: string])[];
  readonly current: string;
}

/** The links. */
export function Tabs({ label, tabs, current }: TabsProps) {
  const href = useHref();
  return (
    <nav aria-label={label}>
      <ul className="tabs">
        {tabs.map(([path, name]) => (
          <li key={path}>
            <a href={href(path)} aria-current={path === current ? 'page' : undefined}>
              {name}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
