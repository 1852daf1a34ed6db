/** The groups of the directory. */
import { useHref } from '../../parts/href.ts';
import { useTitle } from '../../parts/title.ts';
import { type Group, groupsPath } from './directory.ts';
import { Searched } from './searched.tsx';

/** The page. */
export default function GroupsPage() {
  useTitle('Groups', 'Directory');
  const href = useHref();
  return (
    <Searched<Group>
      title="Groups"
      searchLabel="Search groups"
      pathOf={groupsPath}
      action={
        <s-button slot="primary-action" variant="primary" href={href('/directory/groups/new')}>
          Add group
        </s-button>
      }
      headers={
        <s-table-header-row>
          <s-table-header listSlot="primary">Name</s-table-header>
        </s-table-header-row>
      }
      row={(group) => (
        <s-table-row key={group.id} clickDelegate={`group-${group.id}`}>
          <s-table-cell>
            <s-link id={`group-${group.id}`} href={href(`/directory/groups/${group.id}`)}>
              {group.displayName}
            </s-link>
          </s-table-cell>
        </s-table-row>
      )}
      empty={
        <s-empty-state heading="No groups yet">
          <p>
            An App Login Policy gives a group an application: put people who need the same into one
            group.
          </p>
          <s-button slot="primary-action" variant="primary" href={href('/directory/groups/new')}>
            Add group
          </s-button>
        </s-empty-state>
      }
    />
  );
}
