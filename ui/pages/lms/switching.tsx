/** A destination is on, or off: then nobody is enrolled there and nobody loses a course, and everything waits. */
import { sentenceOf } from '../../api/client.ts';
import { useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import type { Destination } from '../../parts/destinations.ts';

/** The button, with what it does. */
export function Switching({ destination }: { readonly destination: Destination }) {
  const on = destination.state === 'active';
  const change = useChange(() => ({
    path: `/destinations/${destination.id}/${on ? 'pause' : 'activate'}`,
    method: 'POST',
    body: {},
  }));
  const press = () =>
    change.mutate(undefined, {
      onSuccess: () => announce(`${destination.name} was switched ${on ? 'off' : 'on'}`),
    });
  return (
    <div className="narrow-stack">
      <div className="row">
        <s-button
          {...(on ? {} : { variant: 'primary' as const })}
          loading={change.isPending}
          onClick={press}
        >
          {on ? 'Switch off' : destination.state === 'paused' ? 'Switch on' : 'Try again now'}
        </s-button>
      </div>
      <p className="muted">
        {on
          ? 'While it is off, nobody is enrolled and nobody loses a course: everything waits and is made up for when you switch it on again.'
          : 'Once it is on, everybody whose purchase, group or seat gives a course here is enrolled.'}
      </p>
      <p className="fault" role="alert">
        {change.isError ? sentenceOf(change.error) : ''}
      </p>
    </div>
  );
}
