/** Every page there is: its address, its name in the navigation, and where its code is (loaded when it is opened). */
import { type ComponentType, lazy } from 'react';

/** A page. */
export interface Route {
  readonly path: string;
  /** Left out: it is reached from another page. */
  readonly name?: string;
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
  { path: '/people', name: 'People', page: lazy(() => import('../pages/people/page.tsx')) },
  { path: '/people/:personId', page: lazy(() => import('../pages/person/page.tsx')) },
  { path: '/courses', name: 'Courses', page: lazy(() => import('../pages/courses/page.tsx')) },
  { path: '/courses/connect/:kind?', page: lazy(() => import('../pages/connect/page.tsx')) },
  { path: '/courses/attention', page: lazy(() => import('../pages/attention/page.tsx')) },
  { path: '/courses/earlier', page: lazy(() => import('../pages/earlier/page.tsx')) },
  { path: '/courses/offers/:id', page: lazy(() => import('../pages/offer/page.tsx')) },
  { path: '/courses/places/:id', page: lazy(() => import('../pages/place/page.tsx')) },
];
