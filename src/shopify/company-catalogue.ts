/** The companies of a shop as memberships to pick from: each with a role for each of its locations. */
import { numberOf, type Send } from './company-contacts.ts';
import { writeMembership } from './membership.ts';
import * as operations from './operations.generated.ts';

/** A membership that can be picked. */
export interface PickableMembership {
  readonly membership: string;
  readonly label: string;
  /** The company's own membership, for a role there. */
  readonly within: string | null;
}

/** A page and where the next one begins. */
export interface PickablePage {
  readonly entries: readonly PickableMembership[];
  readonly next: string | null;
}

/** So many companies make a page: it costs about a hundred points, a twentieth of the smallest bucket. */
const companiesInPage = 25;

type Company = operations.CompaniesPageResult['companies']['nodes'][number];

/** A page of companies. */
export async function companyCatalogue(after: string | null, send: Send): Promise<PickablePage> {
  const { companies } = await send(operations.CompaniesPage, { first: companiesInPage, after });
  const entries: PickableMembership[] = [];
  for (const company of companies.nodes)
    entries.push(...entriesOf(company, await locationsOf(company, send)));
  const { hasNextPage, endCursor } = companies.pageInfo;
  return { entries, next: hasNextPage ? endCursor : null };
}

type Location = Company['locations']['nodes'][number];

/** Every location of a company, also beyond the first page. */
async function locationsOf({ id, locations }: Company, send: Send): Promise<readonly Location[]> {
  const all = [...locations.nodes];
  let page = locations.pageInfo;
  while (page.hasNextPage) {
    const { company } = await send(operations.CompanyLocationsPage, { id, after: page.endCursor });
    if (company === null) break;
    all.push(...company.locations.nodes);
    page = company.locations.pageInfo;
  }
  return all;
}

function entriesOf(
  { id, name, contactRoles }: Company,
  locations: readonly Location[],
): readonly PickableMembership[] {
  const company = numberOf(id);
  const within = writeMembership({ kind: 'contact', company });
  const roles = locations.flatMap((location) =>
    contactRoles.nodes.map((role) => ({
      membership: writeMembership({
        kind: 'role',
        company,
        location: numberOf(location.id),
        role: numberOf(role.id),
      }),
      label: `${name}: ${role.name} in ${location.name}`,
      within,
    })),
  );
  return [{ membership: within, label: `${name}: contact`, within: null }, ...roles];
}
