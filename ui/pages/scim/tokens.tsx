/** Tokens or client secrets: made, shown once, afterwards known by their prefixes, revoked. */
import { useEffect, useRef, useState } from 'react';
import { ask, sentenceOf } from '../../api/client.ts';
import { freshMs, useAnswer, useChange } from '../../api/queries.ts';
import { announce } from '../../parts/announce.ts';
import { Confirm, type Question } from '../../parts/confirm.tsx';
import { CopyField } from '../../parts/copy.tsx';
import { useTenant } from '../../shell/tenant.ts';
import { pathOf, type Source } from './source.ts';
import type { Made, Token, TokenKind } from './token-kinds.ts';
import { TokenList } from './token-list.tsx';

interface TokensProps {
  readonly source: Source;
  readonly kind: TokenKind;
  /** Hears what was just made, and `null` when it is put away. */
  readonly onFresh?: (made: Made | null) => void;
}

/** Makes, shows and lists them. */
export function Tokens({ source, kind, onFresh }: TokensProps) {
  const { tenantId } = useTenant();
  const path = `${pathOf(source)}/${kind.path}`;
  const answer = useAnswer<Partial<Record<TokenKind['path'], readonly Token[]>>>(path, {
    everyMs: freshMs,
  });
  const [fresh, setFresh] = useState<Made | null>(null);
  const [expiry, setExpiry] = useState('');
  const [question, setQuestion] = useState<Question | null>(null);
  const [close] = useState(() => () => setQuestion(null));
  const button = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const make = useChange<string, Made>((days) => ({
    path,
    method: 'POST',
    body: { expiresInDays: days === '' ? null : Number(days) },
  }));
  useEffect(() => onFresh?.(fresh), [fresh, onFresh]);

  const press = () => {
    if (make.isPending) return;
    make.mutate(expiry, {
      onSuccess: (made) => {
        setFresh(made);
        announce(`The ${kind.noun} was made. It is shown once: copy it now.`);
      },
    });
  };
  const dismiss = () => {
    setFresh(null);
    button.current?.focus();
  };
  const askToRevoke = ({ id, prefix }: Token) =>
    setQuestion({
      title: `Revoke ${prefix}…?`,
      text: kind.warning,
      button: `Revoke ${kind.noun}`,
      failed: 'Not revoked.',
      act: () => ask(`/tenants/${tenantId}${path}/${id}`, { method: 'DELETE' }),
      onDone: () => {
        make.reset();
        if (fresh?.id === id) setFresh(null);
        announce(`The ${kind.noun} ${prefix} was revoked`);
        void answer.refetch();
        heading.current?.focus();
      },
    });
  return (
    <div className="narrow-stack">
      <h3>{kind.title}</h3>
      {fresh === null ? null : (
        <Fresh key={fresh.id} made={fresh} kind={kind} onDismiss={dismiss} />
      )}
      <div className="row">
        <s-select
          label={kind.expires}
          value={expiry}
          onChange={({ currentTarget }) => setExpiry(currentTarget.value)}
        >
          <s-option value="">Never</s-option>
          <s-option value="90">In 90 days</s-option>
          <s-option value="365">In 1 year</s-option>
        </s-select>
        <s-button ref={button as never} variant="primary" loading={make.isPending} onClick={press}>
          {kind.make}
        </s-button>
      </div>
      <p className="muted">{kind.help}</p>
      <p className="fault" role="alert">
        {make.isError ? sentenceOf(make.error) : ''}
      </p>
      <TokenList
        kind={kind}
        tokens={answer.data?.[kind.path] ?? []}
        revoke={askToRevoke}
        heading={heading}
      />
      {question === null ? null : <Confirm question={question} onClose={close} />}
    </div>
  );
}

interface FreshProps {
  readonly made: Made;
  readonly kind: TokenKind;
  readonly onDismiss: () => void;
}

/** The only moment at which it can be read. */
function Fresh({ made, kind, onDismiss }: FreshProps) {
  return (
    <s-banner tone="success" heading="Shown once: copy it now.">
      <div className="narrow-stack">
        <p>Rollcall keeps only a fingerprint of it and cannot show it again.</p>
        <CopyField {...kind.shown(made)} takesFocus />
        <div>
          <s-button variant="tertiary" onClick={onDismiss}>
            I have copied it
          </s-button>
        </div>
      </div>
    </s-banner>
  );
}
