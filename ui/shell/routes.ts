/** Every page there is: its address, its name in the navigation, and where its code is (loaded when it is opened). */
import { type ComponentType, lazy } from 'react';

/** A page. */
export interface Route {
  readonly path: string;
  /** Left out: it is reached from another page. */
  readonly name?: string;
  /** The directory's pages are for who looks after people here, and not in the navigation of a shop's admin. */
  readonly standalone?: true;
  readonly page: ComponentType;
}

/** In the order of the navigation. */
export const routes: readonly Route[] = [
  { path: '/', name: 'Home', page: lazy(() => import('../pages/home/page.tsx')) },
  {
    path: '/user-sync/scim',
    name: 'User sync',
    page: lazy(() => import('../pages/scim/page.tsx')),
  },
  {
    path: '/user-sync/mapping',
    name: 'Mapping',
    page: lazy(() => import('../pages/mapping/page.tsx')),
  },
  { path: '/people', name: 'People', page: lazy(() => import('../pages/people/page.tsx')) },
  { path: '/people/:personId', page: lazy(() => import('../pages/person/page.tsx')) },
  { path: '/courses', name: 'Courses', page: lazy(() => import('../pages/courses/page.tsx')) },
  { path: '/courses/connect/:kind?', page: lazy(() => import('../pages/connect/page.tsx')) },
  { path: '/courses/attention', page: lazy(() => import('../pages/attention/page.tsx')) },
  { path: '/courses/earlier', page: lazy(() => import('../pages/earlier/page.tsx')) },
  { path: '/courses/offers/:id', page: lazy(() => import('../pages/offer/page.tsx')) },
  { path: '/courses/lms/:id', page: lazy(() => import('../pages/lms/page.tsx')) },
  {
    path: '/directory',
    name: 'Directory',
    standalone: true,
    page: lazy(() => import('../pages/directory/page.tsx')),
  },
  { path: '/directory/groups', page: lazy(() => import('../pages/directory/groups.tsx')) },
  { path: '/directory/deleted', page: lazy(() => import('../pages/directory/deleted.tsx')) },
  { path: '/directory/settings', page: lazy(() => import('../pages/directory/settings.tsx')) },
  { path: '/directory/import', page: lazy(() => import('../pages/user-import/page.tsx')) },
  { path: '/directory/users/new', page: lazy(() => import('../pages/user/new.tsx')) },
  { path: '/directory/users/:id', page: lazy(() => import('../pages/user/page.tsx')) },
  { path: '/directory/groups/new', page: lazy(() => import('../pages/group/new.tsx')) },
  { path: '/directory/groups/:id', page: lazy(() => import('../pages/group/page.tsx')) },
  {
    path: '/applications',
    name: 'Applications',
    standalone: true,
    page: lazy(() => import('../pages/applications/page.tsx')),
  },
  { path: '/applications/new', page: lazy(() => import('../pages/applications/new.tsx')) },
  { path: '/applications/:id', page: lazy(() => import('../pages/application/page.tsx')) },
  {
    path: '/policies',
    name: 'App Login Policies',
    standalone: true,
    page: lazy(() => import('../pages/policies/page.tsx')),
  },
  { path: '/activity', name: 'Activity', page: lazy(() => import('../pages/activity/page.tsx')) },
  { path: '/activity/inbox', page: lazy(() => import('../pages/inbox/page.tsx')) },
  { path: '/import', name: 'Import', page: lazy(() => import('../pages/import/page.tsx')) },
  { path: '/settings', name: 'Settings', page: lazy(() => import('../pages/settings/page.tsx')) },
  { path: '/settings/notifications', page: lazy(() => import('../pages/notices/page.tsx')) },
  { path: '/settings/destinations/:id', page: lazy(() => import('../pages/destination/page.tsx')) },
];
