/** Catches what a page throws, also when its code cannot be loaded, so that the rest stays usable. */
import { Component, type ReactNode } from 'react';
import { Failure } from '../parts/states.tsx';

interface Props {
  readonly children: ReactNode;
}

/** Shows what went wrong in place of the page. */
export class Boundary extends Component<Props, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (error === null) return this.props.children;
    return <Failure error={error} retry={() => location.reload()} />;
  }
}
