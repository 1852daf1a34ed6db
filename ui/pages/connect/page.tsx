/** The page on which the destination where courses are held is connected: first which kind, then how it is reached. */
import { useParams } from 'wouter';
import { type Connector, useConnectors } from '../../parts/destinations.ts';
import { useHref } from '../../parts/href.ts';
import { Failure, Loading, Missing } from '../../parts/states.tsx';
import { useTitle } from '../../parts/title.ts';
import { ConnectForm } from './form.tsx';
import { kindOf } from './kinds.ts';

/** The page. */
export default function ConnectPage() {
  useTitle('Connect', 'Courses');
  const { kind } = useParams<{ readonly kind?: string }>();
  const answer = useConnectors();
  const href = useHref();
  if (answer.isPending) return <Loading title="Connect" />;
  if (answer.data === undefined)
    return <Failure error={answer.error} retry={() => void answer.refetch()} />;
  const connectors = answer.data.filter(({ sells }) => !sells);
  if (kind === undefined)
    return (
      <s-page heading="Connect where your courses are held" inlineSize="small">
        <s-link slot="breadcrumb-actions" href={href('/courses')}>
          Courses
        </s-link>
        <Kinds connectors={connectors} />
      </s-page>
    );
  const connector = connectors.find(({ name }) => name === kind);
  if (connector === undefined) return <Missing text="There is no such kind of connection." />;
  return (
    <s-page heading={`Connect ${connector.title}`}>
      <s-link slot="breadcrumb-actions" href={href('/courses/connect')}>
        Connect
      </s-link>
      <ConnectForm connector={connector} />
    </s-page>
  );
}

function Kinds({ connectors }: { readonly connectors: readonly Connector[] }) {
  const href = useHref();
  return (
    <s-section heading="Which one do you use?">
      <ul className="plain divided">
        {connectors.map(({ name, title }) => (
          <li key={name}>
            <span className="wide">
              <b>{title}</b>
              <br />
              <span className="muted">{kindOf(name).about}</span>
            </span>
            <s-button
              href={href(`/courses/connect/${name}`)}
              accessibilityLabel={`Connect ${title}`}
            >
              Connect
            </s-button>
          </li>
        ))}
      </ul>
    </s-section>
  );
}
