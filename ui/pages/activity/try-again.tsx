/** Has somebody looked at again at every destination, now. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Line } from './log.ts';

/** The button, and what came of it. */
export function TryAgain({ line: { resourceId, resourceName } }: { readonly line: Line }) {
  const sync = useChange<void>(() => ({
    path: `/people/${resourceId}/sync`,
    method: 'POST',
    body: {},
  }));
  const press = () =>
    sync.mutate(undefined, {
      onSuccess: () => announce(`${resourceName ?? 'The person'} is looked at again`),
    });
  return (
    <>
      <s-button loading={sync.isPending} onClick={press}>
        Try again
      </s-button>
      <span role="alert" className={sync.isError ? 'fault' : 'muted'}>
        {sync.isError ? sentenceOf(sync.error) : null}
        {sync.isSuccess ? 'Under way: what comes of it is a line of its own.' : null}
      </span>
    </>
  );
}
