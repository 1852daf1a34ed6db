/** Where to look when something is not as it should be. */
import { useHref } from '../../parts/href.ts';

const answers = [
  {
    question: 'Nobody arrives from the identity provider',
    answer: 'See its requests as they come',
    path: '/user-sync/scim',
  },
  {
    question: 'Somebody lacks something, or has too much',
    answer: 'Find the person: the page says why',
    path: '/people',
  },
  {
    question: 'Something was changed, and nobody knows by whom',
    answer: 'See everything that happened',
    path: '/activity',
  },
  {
    question: 'Nothing moves any more',
    answer: 'See what was stopped, and what to do',
    path: '/settings',
  },
] as const;

/** The card. */
export function Help() {
  const href = useHref();
  return (
    <s-section heading="Get help">
      <dl className="narrow-stack">
        {answers.map(({ question, answer, path }) => (
          <div key={path}>
            <dt>{question}</dt>
            <dd>
              <s-link href={href(path)}>{answer}</s-link>
            </dd>
          </div>
        ))}
      </dl>
    </s-section>
  );
}
