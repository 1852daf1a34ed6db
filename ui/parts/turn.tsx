/** Going through a list page by page. */

interface TurnProps {
  /** Where the next page begins; `null`: there is none. */
  readonly next: (() => void) | null;
  readonly first: (() => void) | null;
}

/** The buttons; nothing where all is on one page. */
export function Turn({ next, first }: TurnProps) {
  if (next === null && first === null) return null;
  return (
    <div className="turn">
      <s-button disabled={first === null} onClick={() => first?.()}>
        To the newest
      </s-button>
      <s-button disabled={next === null} onClick={() => next?.()}>
        Older
      </s-button>
    </div>
  );
}
