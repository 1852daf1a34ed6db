/** The courses there are at each destination, by the names people know. */
import { useQueries } from '@tanstack/react-query';
import { ask, longPatienceMs } from '../../api/client.ts';
import { useTenant } from '../../shell/tenant.ts';

/** A course that can be picked. */
export interface Course {
  /** As an offer names it. */
  readonly membership: string;
  readonly label: string;
  /** The course it is a part of; `null` for one of its own. */
  readonly within: string | null;
}

/** What is known of the courses of a destination. */
export interface Catalogue {
  readonly courses: readonly Course[];
  /** There are more than are read here. */
  readonly more: boolean;
  readonly help: string | null;
}

interface Page {
  readonly memberships: readonly Course[];
  readonly next: string | null;
  readonly help: string | null;
}

const mostPages = 20;
const freshMs = 300_000;

/** The courses of each of these destinations, in the same order. */
export function useCatalogues(placeIds: readonly string[]) {
  const { tenantId } = useTenant();
  return useQueries({
    queries: placeIds.map((id) => ({
      queryKey: ['catalogue', tenantId, id],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        readAll(`/tenants/${tenantId}/destinations/${id}/memberships`, signal),
      staleTime: freshMs,
      retry: false,
    })),
  });
}

async function readAll(path: string, signal: AbortSignal): Promise<Catalogue> {
  const courses: Course[] = [];
  let after: string | null = null;
  let help: string | null = null;
  for (let pages = 0; pages < mostPages; pages += 1) {
    const query: string = after === null ? '' : `?after=${encodeURIComponent(after)}`;
    const page: Page = await ask<Page>(`${path}${query}`, {
      signal,
      patienceMs: longPatienceMs,
    });
    courses.push(...page.memberships);
    help = page.help;
    after = page.next;
    if (after === null) break;
  }
  return { courses, more: after !== null, help };
}

/** Gives a course its name, and a membership that no catalogue knows as it is. */
export type CourseName = (destinationId: string, membership: string) => string;

/** Names the courses of these destinations. */
export function useCourseName(placeIds: readonly string[]): CourseName {
  const ids = [...new Set(placeIds)];
  const catalogues = useCatalogues(ids);
  return (destinationId, membership) => {
    const known = catalogues[ids.indexOf(destinationId)]?.data?.courses;
    const same = membership.toLowerCase();
    return known?.find((one) => one.membership.toLowerCase() === same)?.label ?? membership;
  };
}
