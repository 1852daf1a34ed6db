/** A request that several callers wait for at once, each with a signal of its own. */
import type { Call } from '../provisioning/connector.ts';

/** What was answered is kept until it is forgotten; a failure is not. A class because it remembers. */
export class SharedRequest<Value> {
  #asked: { readonly by: Call; readonly answer: Promise<Value> } | null = null;

  /**
   * What was answered, or is about to be. Where whoever asked first has left meanwhile, it is asked for once more: that
   * is no failure of the others.
   */
  async get(ask: (call: Call) => Promise<Value>, call: Call): Promise<Value> {
    this.#asked ??= { by: call, answer: ask(call) };
    const asked = this.#asked;
    try {
      return await asked.answer;
    } catch (error) {
      if (this.#asked === asked) this.#asked = null;
      if (!asked.by.signal.aborted || call.signal.aborted) throw error;
      return this.get(ask, call);
    }
  }

  /** It is asked for anew the next time. */
  forget(): void {
    this.#asked = null;
  }
}
