/** The versions of an offer: an order keeps the one that was in force when it was placed. */
import { useAnswer } from '../../api/queries.ts';
import { When } from '../../parts/when.tsx';
import { useCourseName } from '../courses/catalogue.ts';
import { accessWords, type Offer } from '../courses/offers.ts';
import { useSoldName } from '../courses/sold.ts';

/** The card; nothing while there is one version. */
export function VersionsCard({ offer }: { readonly offer: Offer }) {
  const { data } = useAnswer<{ readonly versions: readonly Offer[] }>(
    `/offers/${offer.id}/versions`,
  );
  const versions = (data?.versions ?? []).toReversed();
  const courseName = useCourseName(
    versions.flatMap(({ terms }) => terms.courses.map(({ destination }) => destination)),
  );
  const soldName = useSoldName(versions.map(({ terms }) => terms.match));
  if (versions.length < 2) return null;
  return (
    <s-section heading="Versions">
      <ul className="plain divided">
        {versions.map(({ version, name, terms, validFrom, validUntil }) => (
          <li key={version}>
            <span className="wide">
              <b>Version {version}</b>{' '}
              <span className="muted">
                <When at={validFrom} />
                {validUntil === null ? ', in force' : null}
              </span>
              <br />
              {name}: {soldName(terms.match)} gives{' '}
              {terms.courses
                .map(({ destination, membership }) => courseName(destination, membership))
                .join(', ')}
              . {accessWords(terms)}.
            </span>
          </li>
        ))}
      </ul>
    </s-section>
  );
}
