/** What a page shows while it has nothing to show yet, or cannot. */
import { useContext } from 'react';
import { ApiError, sentenceOf } from '../api/client.ts';
import { TenantContext } from '../shell/tenant.ts';
import { useTitle } from './title.ts';

/** While the first answer is on its way. */
export function Loading({ title = '' }: { readonly title?: string }) {
  return (
    <s-page heading={title}>
      <div className="loading" aria-busy="true">
        <s-spinner accessibilityLabel="Loading" size="large" />
      </div>
    </s-page>
  );
}

/** The page cannot be shown: why, and what to do. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  if (error instanceof ApiError && error.status === 404)
    return <Missing text={sentenceOf(error)} />;
  return (
    <s-page heading="Rollcall">
      <s-section heading="This page could not be loaded">
        <s-stack gap="base">
          <p role="alert">{sentenceOf(error)}</p>
          <div>
            <s-button variant="primary" onClick={retry}>
              Try again
            </s-button>
          </div>
        </s-stack>
      </s-section>
    </s-page>
  );
}

/** What is looked for is not there. */
export function Missing({ text }: { readonly text: string }) {
  const embedded = useContext(TenantContext)?.embedded ?? false;
  useTitle('Not found');
  return (
    <s-page heading="Rollcall">
      <s-section heading="This page is not there">
        <s-stack gap="base">
          <p role="alert">{text}</p>
          <div>
            {embedded ? (
              <s-button href="/app">To the first page</s-button>
            ) : (
              <s-button href="/admin">To your stores</s-button>
            )}
          </div>
        </s-stack>
      </s-section>
    </s-page>
  );
}
