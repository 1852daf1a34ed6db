/** Whether somebody is in a group, asked by a filter on groups (RFC 7644 §3.4.2.2): one request, however many are in it. */
import type { Call } from '../provisioning/connector.ts';
import { firstAlone } from './first-alone.ts';
import { type Api, hasFailed, isFilterRefused } from './scim-api.ts';
import { listed, quoted } from './scim-search.ts';
import { SharedRequest } from './shared-request.ts';

/**
 * As a member is named in a filter: in full, and as AWS IAM Identity Center has it, whose groups show nobody
 * (https://docs.aws.amazon.com/singlesignon/latest/developerguide/listgroups.html).
 */
const forms = ['members.value', 'members'] as const;

const manyMisses = 10;

/** An id that nobody has. */
const nobody = 'nobody-of-rollcall';

/** The filter. A class because it learns which form a server takes, and whether its answers can be believed. */
export class MemberFilter {
  readonly #api: Api;
  #form = 0;
  readonly #selective = new SharedRequest<boolean>();
  #proven = false;
  #misses = 0;
  readonly #inTurn = firstAlone();

  constructor(api: Api) {
    this.#api = api;
  }

  /** Whether it has found somebody, and not everybody. */
  get isProven(): boolean {
    return this.#proven;
  }

  /** It did not find somebody who should be there. One who was taken out is no sign; many are. */
  missed(): void {
    this.#misses += 1;
    if (this.#misses >= manyMisses) this.giveUp();
  }

  /** It is not asked any more. */
  giveUp(): void {
    this.#form = forms.length;
  }

  /** Whether it finds a user in a group; `null` where the server takes no such filter, or ignores it. */
  async finds(groupId: string, userId: string, call: Call): Promise<boolean | null> {
    const found = await this.#inTurn(() => this.#ask(groupId, userId, call));
    if (found !== true) return found;
    this.#proven = await this.#isSelective(groupId, call);
    if (this.#proven) return true;
    this.giveUp();
    return null;
  }

  /** What was learned of a form says nothing of the next one. */
  #tryAnother(): void {
    this.#form += 1;
    this.#proven = false;
    this.#selective.forget();
  }

  #isSelective(groupId: string, call: Call): Promise<boolean> {
    const ask = async (asking: Call) => (await this.#ask(groupId, nobody, asking)) === false;
    return this.#selective.get(ask, call);
  }

  async #ask(groupId: string, userId: string, call: Call): Promise<boolean | null> {
    const at = this.#form;
    const form = forms[at];
    if (form === undefined) return null;
    const filter = `id eq ${quoted(groupId)} and ${form} eq ${quoted(userId)}`;
    try {
      const query = { filter, attributes: 'id', startIndex: '1', count: '1' };
      const { resources } = await listed(this.#api, '/Groups', query, call);
      return resources.some(({ id }) => id === groupId);
    } catch (error) {
      // One that takes such a filter has failed at something else.
      const isRefusal = isFilterRefused(error) || (hasFailed(error) && !this.#proven);
      if (!isRefusal) throw error;
      if (this.#form === at) this.#tryAnother();
      return this.#ask(groupId, userId, call);
    }
  }
}
