/** A dialog in which one or several of many are picked, found as one types. */
import { useEffect, useId, useRef, useState } from 'react';
import { sentenceOf } from '../api/client.ts';
import type { Overlay } from './confirm.tsx';

/** What can be picked. */
export interface Pick {
  readonly id: string;
  readonly label: string;
  /** What else tells it from others. */
  readonly more?: string;
}

interface PickDialogProps {
  readonly title: string;
  readonly searchLabel: string;
  /** What is found, `undefined` while the first answer is on its way. */
  readonly found: readonly Pick[] | undefined;
  readonly error: unknown;
  /** What is searched for at first. */
  readonly begin?: string;
  /** Hears what is searched for. */
  readonly onSearch: (words: string) => void;
  readonly picked: readonly string[];
  readonly onPick: (id: string) => void;
  readonly onClose: () => void;
  /** One is picked, which closes it. */
  readonly single?: boolean;
  /** Brings what follows what is found. */
  readonly onMore?: (() => void) | undefined;
  readonly none: string;
  /** Above the search, as to say where is searched. */
  readonly children?: React.ReactNode;
}

/** The dialog, open while it is there. */
export function PickDialog(props: PickDialogProps) {
  const { title, searchLabel, found, error, onSearch, picked, onPick, onClose } = props;
  const { begin = '', single = false, onMore, none, children } = props;
  const modal = useRef<Overlay>(null);
  const search = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  const [words, setWords] = useState(begin);
  const id = useId();
  useEffect(() => {
    const overlay = modal.current;
    if (overlay === null) return;
    const shown = () => search.current?.focus();
    const hidden = () => close.current();
    overlay.addEventListener('aftershow', shown);
    overlay.addEventListener('afterhide', hidden);
    overlay.showOverlay();
    return () => {
      overlay.removeEventListener('aftershow', shown);
      overlay.removeEventListener('afterhide', hidden);
    };
  }, []);
  return (
    <s-modal ref={modal as never} id={id} heading={title}>
      <div className="stack">
        {children}
        <s-search-field
          ref={search as never}
          label={searchLabel}
          labelAccessibilityVisibility="exclusive"
          placeholder={searchLabel}
          value={words}
          onInput={({ currentTarget }) => {
            setWords(currentTarget.value);
            onSearch(currentTarget.value);
          }}
        />
        {error !== null && error !== undefined ? (
          <p className="fault" role="alert">
            {sentenceOf(error)}
          </p>
        ) : found === undefined ? (
          <s-spinner accessibilityLabel="Searching" />
        ) : (
          <>
            <p className="visually-hidden" role="status">
              {found.length === 0 ? none : `${found.length} found`}
            </p>
            {found.length === 0 ? <p className="muted">{none}</p> : null}
            <ul className={single ? 'picks single' : 'picks'}>
              {found.map((one) => (
                <li key={one.id}>
                  <button
                    type="button"
                    aria-pressed={picked.includes(one.id)}
                    onClick={() => {
                      onPick(one.id);
                      if (single) modal.current?.hideOverlay();
                    }}
                  >
                    <span className="pick-sign" aria-hidden="true" />
                    <span>
                      {one.label}
                      {one.more === undefined ? null : <span className="muted">{one.more}</span>}
                    </span>
                  </button>
                </li>
              ))}
            </ul>
            {onMore === undefined ? null : (
              <div>
                <s-button variant="tertiary" onClick={onMore}>
                  Show more
                </s-button>
              </div>
            )}
          </>
        )}
      </div>
      <s-button
        slot={single ? 'secondary-actions' : 'primary-action'}
        variant={single ? 'secondary' : 'primary'}
        onClick={() => modal.current?.hideOverlay()}
      >
        {single ? 'Cancel' : 'Done'}
      </s-button>
    </s-modal>
  );
}
