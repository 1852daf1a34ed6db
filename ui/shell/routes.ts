/** Every page there is: its address, its name in the navigation, and where its code is (loaded when it is opened). */
import type { ComponentType } from 'react';

/** A page. */
export interface Route {
  readonly path: string;
  /** Left out: it is reached from another page. */
  readonly name?: string;
  /** The directory's pages are for who looks after people here, and not in the navigation of a shop's admin. */
  readonly standalone?: true;
  readonly load: () => Promise<{ readonly default: ComponentType }>;
}

/** In the order of the navigation. */
export const routes: readonly Route[] = [
  { path: '/', name: 'Home', load: () => import('../pages/home/page.tsx') },
  {
    path: '/user-sync/scim',
    name: 'User sync',
    load: () => import('../pages/scim/page.tsx'),
  },
  {
    path: '/user-sync/mapping',
    name: 'Mapping',
    load: () => import('../pages/mapping/page.tsx'),
  },
  { path: '/people', name: 'People', load: () => import('../pages/people/page.tsx') },
  { path: '/people/:personId', load: () => import('../pages/person/page.tsx') },
  { path: '/courses', name: 'Courses', load: () => import('../pages/courses/page.tsx') },
  { path: '/courses/connect/:kind?', load: () => import('../pages/connect/page.tsx') },
  { path: '/courses/attention', load: () => import('../pages/attention/page.tsx') },
  { path: '/courses/earlier', load: () => import('../pages/earlier/page.tsx') },
  { path: '/courses/offers/:id', load: () => import('../pages/offer/page.tsx') },
  { path: '/courses/lms/:id', load: () => import('../pages/lms/page.tsx') },
  {
    path: '/directory',
    name: 'Directory',
    standalone: true,
    load: () => import('../pages/directory/page.tsx'),
  },
  { path: '/directory/groups', load: () => import('../pages/directory/groups.tsx') },
  { path: '/directory/deleted', load: () => import('../pages/directory/deleted.tsx') },
  { path: '/directory/settings', load: () => import('../pages/directory/settings.tsx') },
  { path: '/directory/import', load: () => import('../pages/user-import/page.tsx') },
  { path: '/directory/users/new', load: () => import('../pages/user/new.tsx') },
  { path: '/directory/users/:id', load: () => import('../pages/user/page.tsx') },
  { path: '/directory/groups/new', load: () => import('../pages/group/new.tsx') },
  { path: '/directory/groups/:id', load: () => import('../pages/group/page.tsx') },
  {
    path: '/applications',
    name: 'Applications',
    standalone: true,
    load: () => import('../pages/applications/page.tsx'),
  },
  { path: '/applications/new', load: () => import('../pages/applications/new.tsx') },
  { path: '/applications/:id', load: () => import('../pages/application/page.tsx') },
  {
    path: '/policies',
    name: 'App Login Policies',
    standalone: true,
    load: () => import('../pages/policies/page.tsx'),
  },
  { path: '/activity', name: 'Activity', load: () => import('../pages/activity/page.tsx') },
  { path: '/activity/inbox', load: () => import('../pages/inbox/page.tsx') },
  { path: '/import', name: 'Import', load: () => import('../pages/import/page.tsx') },
  { path: '/settings', name: 'Settings', load: () => import('../pages/settings/page.tsx') },
  { path: '/settings/notifications', load: () => import('../pages/notices/page.tsx') },
  { path: '/settings/destinations/:id', load: () => import('../pages/destination/page.tsx') },
];
