/**
 * The seam between the engine and a kind of destination. A connector is one file in
 * `src/connectors/` that satisfies `Connector`; it sees this file and nothing of the engine or the
 * store. It states facts about a remote service (how to find, create, change an account there) and
 * decides nothing: what should be done is decided by `plan`.
 *
 * A connector must be honest about outcomes. Whatever goes wrong is thrown as a `DestinationError`
 * whose kind says who must act; anything else that is thrown counts as an unknown outcome, after
 * which the engine looks before it writes again.
 */
import type { Logger } from 'pino';
import type { InstalledApp } from '../shopify/shop-access.ts';

/**
 * What a destination should hold for a person. `attributes` are in the connector's own names, flat;
 * `null` means "ours, and to be empty"; a name that is missing is not ours and is never touched.
 */
export interface Account {
  /** The link's id: an id of ours that the destination may keep beside the account. */
  readonly key: string;
  readonly email: string;
  readonly active: boolean;
  readonly attributes: Attributes;
  /** What it is given besides when it is created, and what is not looked at afterwards. */
  readonly initial?: Attributes;
  /** The sets the account belongs to by right: tags, courses, groups. */
  readonly memberships: readonly string[];
  /** Where the connector keeps `dates`: since when and until when each membership is due. */
  readonly terms?: Readonly<Record<string, Term>>;
  /**
   * Memberships whose right ended by itself or was taken back by name (an end date, a refund), and what is
   * to become of them where they are taken back. Of others nobody said: they are suspended.
   */
  readonly ended?: Readonly<Record<string, Ending>>;
}

/** When a membership is due, as ISO 8601 with whole seconds; `null`: from ever, or without an end. */
export interface Term {
  readonly from: string | null;
  readonly until: string | null;
}

/**
 * What becomes of a membership that is taken back: `suspend` keeps what the person did there, where the
 * destination can, so that a return finds it; `remove` takes it away with all of that.
 */
export type Ending = 'suspend' | 'remove';

/** Flat attribute values in the connector's names. */
export type Attributes = Readonly<Record<string, string | null>>;

/** What a destination holds now. */
export interface Observed {
  readonly remoteId: string;
  /**
   * Our key, where the destination keeps one for this account; `null` when it keeps none yet. Missing where it
   * keeps none for anybody: then nothing is claimed there.
   */
  readonly key?: string | null;
  readonly email: string | null;
  /**
   * `null` when it is neither the one nor the other: an earlier write was cut short. Missing where accounts
   * cannot be switched off: then access is what was granted, and nothing else is taken back.
   */
  readonly active?: boolean | null;
  readonly attributes: Attributes;
  readonly memberships: readonly string[];
  /** Until when memberships stand there, as in `Term.until`, where the destination says so. */
  readonly ends?: Readonly<Record<string, string | null>>;
  /** The destination was asked to erase this account and has not done so yet. */
  readonly erasing: boolean;
  /**
   * When it changed last, by the destination's own clock, as ISO 8601; `null` where the destination does
   * not say. What is told of an account and is not later than this is known already.
   */
  readonly version: string | null;
  /**
   * Of the memberships asked about, those that the destination does not let us see (any more). They
   * are not taken for gone: what we granted stays remembered.
   */
  readonly unseen?: readonly string[];
  /** Of `list` and `readMany`: of these memberships only it was told whether they are held; missing: of every one. */
  readonly told?: readonly string[];
  /** Of `list`: the other names by which a look for an e-mail address finds it. */
  readonly aliases?: readonly string[];
}

/** Whom an account is looked for. */
export interface Person {
  readonly key: string;
  readonly email: string;
  /** Of somebody whose account is known in full: what else a matching attribute may look at. */
  readonly attributes?: Attributes;
}

/**
 * The difference to write: only what changes. `claim` asks to store our key as well; what is in `grant` may
 * be held already, under another term.
 */
export interface Change {
  readonly claim: boolean;
  /** An erasure that was asked for is to be called off: the person is back. */
  readonly cancelErasure: boolean;
  readonly email?: string;
  readonly active?: boolean;
  readonly attributes: Attributes;
  readonly grant: readonly string[];
  readonly revoke: readonly string[];
}

/**
 * What becomes of an account whose person left, mildest first: `keep` unlinks it and leaves it as it
 * is, `deactivate` makes it inactive and keeps the link, `delete` removes it where the destination
 * can, `erase` asks the destination to erase the person's data.
 */
export type Leave = 'keep' | 'deactivate' | 'delete' | 'erase';

/** How a leave ended. `fallback` says why something milder than what was asked for happened. */
export interface Left {
  readonly how: Leave;
  readonly fallback?: string;
}

/** What the engine hands to every call of a target. */
export interface Call {
  /** True for leavers and for pages that wait: may use what is reserved of a shared allowance. */
  readonly urgent: boolean;
  /** Ends waiting (for an allowance); a request that is under way is let finish. */
  readonly signal: AbortSignal;
  /** To be awaited before each remote write; throws when this worker may no longer write. */
  readonly beforeWrite: () => Promise<void>;
  /**
   * The memberships this call is about: of a person, those that are due or were granted; of `test`,
   * all that the policy may give. What others an account has need not be looked up.
   */
  readonly memberships?: readonly string[];
  /** Of `memberships`, those that count as held where the destination shows of nobody whether they have them. */
  readonly believed?: readonly string[];
  /** All that should be there of an account was written there before, and nothing since. */
  readonly applied?: boolean;
  /**
   * Told after each write of the account what it made of `Observed.version`; `null` where the answer does
   * not say. The last one counts.
   */
  readonly wrote?: (version: string | null) => void;
  /** Told what each request takes of a shared allowance, where somebody counts. */
  readonly spent?: (cost: number) => void;
  /** Told, in a sentence, what a person should know of a write that went through and did not do all it should. */
  readonly remark?: (sentence: string) => void;
}

/** Something a destination says of itself, in words for who tests it. */
export interface Trait {
  readonly label: string;
  readonly value: string;
  /** It is not as the policy needs it. */
  readonly warning: boolean;
}

/** The attributes that a policy writes. */
export interface Mapped {
  readonly users: readonly string[];
  readonly groups: readonly string[];
}

/** A destination, connected. Every method throws `DestinationError`. */
export interface Target {
  /** Checks credentials and permissions, and makes what the connector needs there (definitions). */
  test(call: Call): Promise<void>;
  /** What the destination says that it is and can, for a test. */
  traits?(mapped: Mapped, call: Call): Promise<readonly Trait[]>;
  read(remoteId: string, call: Call): Promise<Observed | null>;
  /**
   * Several accounts in one request, at most 250, by their remote ids; those that are not there are missing.
   * It tells of the memberships that `list` tells of, and of those that the call is about. Somebody who is missing is
   * read by themselves before anything is concluded from it.
   */
  readMany?(remoteIds: readonly string[], call: Call): Promise<ReadonlyMap<string, Observed>>;
  /** Accounts that may be this person's, by the given matching attributes; each once. */
  find(person: Person, by: readonly Match[], call: Call): Promise<readonly Observed[]>;
  /**
   * Of these people, those whom one look for several does not find. Whoever is not among them is looked for by
   * themselves.
   */
  absent?(
    people: readonly Person[],
    by: readonly Match[],
    call: Call,
  ): Promise<ReadonlySet<Person>>;
  /** Creates the account and returns its remote id. Must be safe to repeat where `keyed`. */
  create(account: Account, call: Call): Promise<string>;
  /** Writes a difference. `account` is the whole of what should be, for what cannot be written in part. */
  update(observed: Observed, account: Account, change: Change, call: Call): Promise<void>;
  /** Carries a leave out; `granted` are the memberships to take back with it. */
  leave(observed: Observed, granted: readonly string[], how: Leave, call: Call): Promise<Left>;
  /**
   * All accounts from a cursor on (`next` of the last page that was kept; `null`: from the begin), in an order
   * that stands. `by pages` has the destination do nothing but answer; `as is cheaper` may have it
   * gather them in a file first. That changes nothing there.
   */
  list?(
    after: string | null,
    call: Call,
    how: 'by pages' | 'as is cheaper',
  ): AsyncIterable<AccountPage>;
  /** `list` may pass over somebody: who is not among its accounts is looked for all the same. */
  readonly listMayMiss?: true;
  /** Whether `list` and `readMany` tell of this membership; without it, of every one. */
  listTells?(membership: string): boolean;
  /** Memberships there are to pick from, a page at a time; `after` is the last page's `next`. */
  catalogue?(after: string | null, call: Call): Promise<CataloguePage>;
  /** The page of an account, for who administers the destination; missing where it has none. */
  accountUrl?(remoteId: string): string;
  /** Where the destination takes many creations at once. */
  readonly bulk?: Bulk;
  /** Where groups can be made: what `Connector.groups` promises. */
  readonly groups?: GroupTarget;
}

/** A group there. */
export interface RemoteGroup {
  /** Being in it. */
  readonly membership: string;
  /** Our key, where the destination keeps one for it. */
  readonly key: string | null;
  readonly name: string;
  /** What else it has of what a mapping may write. */
  readonly attributes: Attributes;
}

/** What a group is to be: its id on the roll, what it is called, and what else of it is ours. */
export type NamedGroup = Pick<RemoteGroup, 'name' | 'attributes'> & { readonly key: string };

/** The difference to write of a group: only what changes. */
export interface GroupChange {
  readonly name?: string;
  readonly key?: string;
  readonly attributes: Attributes;
}

/** Groups of a destination, without their members: these are memberships of people. */
export interface GroupTarget {
  read(membership: string, call: Call): Promise<RemoteGroup | null>;
  /** Groups with this key or this name, whatever the case of its letters; each once. */
  find(group: Pick<NamedGroup, 'key' | 'name'>, call: Call): Promise<readonly RemoteGroup[]>;
  /** Makes a group and returns what being in it is. */
  create(group: NamedGroup, call: Call): Promise<string>;
  /** Writes a difference. A key that the destination does not take is left out, with a remark. */
  update(found: RemoteGroup, change: GroupChange, call: Call): Promise<void>;
  /** Deletes a group; one that is gone is deleted. */
  delete(membership: string, call: Call): Promise<void>;
}

/** A page of all accounts. */
export interface AccountPage {
  readonly accounts: readonly Observed[];
  /** Where the next page begins; `null` where this is the last. */
  readonly next: string | null;
  /** How many accounts there are, about, on the first page; `null` where nobody says. */
  readonly about: number | null;
}

/** A page of what can be picked. */
export interface CataloguePage {
  readonly entries: readonly CatalogueEntry[];
  /** Where the next page begins; `null` where this is the last. */
  readonly next: string | null;
}

/** A membership that can be picked. */
export interface CatalogueEntry {
  /** As a policy names it. */
  readonly membership: string;
  /** What people call it. */
  readonly label: string;
  /** The membership it is a part of, which it brings along; `null` for one of its own. */
  readonly within: string | null;
}

/**
 * Many creations at once: a file of lines is handed over, an operation of the destination's own works
 * it off, and its results are fetched. A line creates its account whole, and must be safe to repeat:
 * where the account exists already, the line fails and nothing is changed. Every method throws
 * `DestinationError`.
 */
export interface Bulk {
  /** What a run is thought to take until one was measured. */
  readonly prior: BulkPrior;
  /** The largest file that is taken, in bytes. */
  readonly maxBytes: number;
  /** The line that creates an account, without its line feed; `null` where one line cannot. */
  line(account: Account): string | null;
  /** Hands the file over and says where it is. */
  upload(file: Blob, call: Call): Promise<string>;
  /** Starts the operation for a file; `busy` where the destination takes no more at the moment. */
  start(run: string, upload: string, call: Call): Promise<BulkStart>;
  /** Finds the operation of a run whose start nobody wrote down. */
  find(run: string, call: Call): Promise<string | null>;
  /** How an operation stands; `null` when the destination does not know it. */
  poll(operation: string, call: Call): Promise<BulkStanding | null>;
  /** The results of an operation, in any order; lines that were not come to are missing. */
  results(url: string, call: Call): AsyncIterable<BulkResult>;
}

/** How bulk compares with single calls before anything was measured. */
export interface BulkPrior {
  /** From the first line to the last result, apart from what each line takes. */
  readonly overheadMs: number;
  readonly lineMs: number;
  /** What creating an account by single calls takes of the shared allowance. */
  readonly unitCost: number;
}

/** How a start went. */
export type BulkStart =
  | { readonly kind: 'started'; readonly operation: string }
  | { readonly kind: 'busy'; readonly reason: string };

/** How an operation stands. `url`: where its results are, all of them or what there is; `null`: none. */
export type BulkStanding =
  | { readonly kind: 'running'; readonly workedOff: number }
  | { readonly kind: 'complete'; readonly url: string | null }
  | { readonly kind: 'broken'; readonly reason: string; readonly url: string | null };

/** What became of a line, counted from 0: the account it made, or `null` where it failed. */
export interface BulkResult {
  readonly line: number;
  readonly remoteId: string | null;
  /** When the account changed last, by the destination's own clock, where it says so. */
  readonly changedAt: Date | null;
}

/** Attributes by which an account is matched: our own key, the e-mail address, or the attribute `phone`. */
export type Match = 'key' | 'email' | 'phone';

/** A setting of a connector, from which the admin form is drawn. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly secret: boolean;
  readonly required: boolean;
  /** It says where requests, and with them the secrets, are sent. */
  readonly address?: true;
  /** What can be chosen, where not any text is taken; the empty value is what is usual. */
  readonly choices?: readonly Choice[];
  /** It is a whole number of these. */
  readonly whole?: { readonly from: number; readonly to: number };
  /** Under which words it is folded away with others, where few need it. */
  readonly group?: string;
}

/** A value of a setting that has only some. */
export interface Choice {
  readonly value: string;
  readonly label: string;
}

/** One line of a mapping: a destination's attribute and where its value comes from. */
export interface MappingRule {
  readonly to: string;
  /** A SCIM path, e.g. `name.givenName`, or a list of which the first assigned one counts. */
  readonly from?: string | readonly string[] | undefined;
  readonly constant?: string | undefined;
  /** A SCIM filter; where it does not match, the value is unassigned. */
  readonly when?: string | undefined;
  readonly transform?: Transform | undefined;
  /** Written when an account is created, and left to the destination from then on; always, where it is missing. */
  readonly only?: 'create' | undefined;
}

/** What people call an attribute of a destination. */
export interface AttributeLabel {
  readonly label: string;
  /** The metafield it is kept in, as namespace and key. */
  readonly metafield?: string;
}

/** Attributes of which there are as many as somebody names. */
export interface OtherAttributes {
  /** What their names begin with, left out where people enter them. */
  readonly prefix: string;
  /** What one is called, e.g. "Metafield". */
  readonly label: string;
  /** What to enter; a sentence. */
  readonly help: string;
  /** What is wrong with a name, in words that go on after it; `null` where there can be one. Pure. */
  check(name: string): string | null;
}

/** Named transforms a mapping may apply. */
export type Transform =
  | 'lower'
  | 'upper'
  | 'country'
  | 'region'
  | 'language'
  | 'firstLine'
  | 'otherLines';

/** A value that a destination is known to refuse, told to the identity provider at once. */
export interface Refusal {
  /** The SCIM path the value came from. */
  readonly path: string;
  readonly message: string;
  /** Whether the account can do without: then a source's policy may drop it with a warning. */
  readonly optional: boolean;
}

/** What the outside world is to a connector. */
export interface ConnectorIo {
  readonly fetch: typeof fetch;
  /** The same for whole files: as large as they are, and as long as something moves. */
  readonly transfer: typeof fetch;
  /** How long one request may take, its answer read. */
  readonly requestMs: number;
  readonly now: () => number;
  readonly log: Logger;
  readonly allowance: Allowance;
  /** The attributes that the policy maps to. */
  readonly attributes?: readonly string[];
  /** The Shopify app in the tenant's shop, whose tokens are among no settings. */
  readonly app?: InstalledApp;
}

/** A remote allowance (Shopify's bucket of points) shared by all processes. */
export interface Allowance {
  /** Waits until `cost` may be spent. Ordinary calls leave a share for urgent ones. */
  reserve(cost: number, call: Pick<Call, 'urgent' | 'signal' | 'spent'>): Promise<Reservation>;
}

/** A bucket of points: how many it holds, and how many come back a second. */
export interface Bucket {
  readonly maximum: number;
  readonly restoreRate: number;
}

/** Points set aside for one request. */
export interface Reservation {
  /** Tells what the remote service reported after the request, or `null` when it said nothing. */
  settle(report: AllowanceReport | null): Promise<void>;
}

/** The state of a bucket as the remote service reports it. */
export interface AllowanceReport extends Bucket {
  readonly available: number;
  /** What the request cost in the end; where it is missing, what was set aside for it. */
  readonly spent?: number;
  /** The request was refused for want of points. */
  readonly throttled?: boolean;
}

/** The settings of a destination with its secrets, by field name. */
export type Settings = Readonly<Record<string, string>>;

/** A kind of destination. */
export interface Connector {
  /** Stable name, stored with each destination. */
  readonly name: string;
  readonly title: string;
  readonly fields: readonly Field[];
  /** How many accounts may be worked on at once. */
  readonly concurrency: number;
  /**
   * What a destination may be asked that reports nothing of it.
   * @throws `DestinationError` (misconfigured) for settings that `connect` does not take
   */
  readonly bucket?: (settings: Settings) => Bucket;
  /** `create` is an upsert by our key, so it may be repeated after an unknown outcome. */
  readonly keyed: boolean;
  /** What a new destination of this kind maps, until somebody changes it. */
  readonly mapping: readonly MappingRule[];
  /** What people call the attributes there, and where one is kept that is not the account's own, e.g. in a metafield. */
  readonly labels?: Readonly<Record<string, AttributeLabel>>;
  readonly match: readonly Match[];
  /** Who gets an account, until somebody changes it; everybody in scope where it is missing. */
  readonly accounts?: 'members';
  /** It ends memberships by itself: then it is told their terms. Where it does not, the engine takes them back. */
  readonly dates?: true;
  /** Whoever buys here is an account here already: people that its storefront brought are not brought to it. */
  readonly sells?: true;
  /** Groups of the roll can be made here: what a mapping may write of one beside its `displayName`. */
  readonly groups?: { readonly otherAttributes: OtherAttributes };
  /** Its accounts can be listed, as for an import. */
  readonly lists?: true;
  /** What memberships are here, for who writes a policy, e.g. "a customer tag"; one sentence. */
  readonly membershipHelp?: string;
  /**
   * What is wrong with a membership's text, in words that go on after it ("must not have a comma");
   * `null` where there can be one. Whether it exists is only known at the destination. Pure.
   */
  checkMembership?(text: string): string | null;
  /** Attributes that a mapping may write to beside those of `mapping`; without it there are no others. */
  readonly otherAttributes?: OtherAttributes;
  /** Brings an account to the destination's own form (e-mail case, phone numbers, memberships). Pure. */
  normalise(account: Account): { readonly account: Account; readonly refusals: readonly Refusal[] };
  connect(settings: Settings, io: ConnectorIo): Target;
}
