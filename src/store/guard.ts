/** What the guard counts, and what it writes on links while a destination is drained. */
import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../model.ts';
import type { DestinationKey } from './destinations.ts';
import type { LeaveMark } from './due-links.ts';
import type { Lease } from './links.ts';
import { raiseSql } from './notices.ts';
import { type Queryable, statement } from './statement.ts';

/** Leaves in the window and those that wait. */
export interface LeaveRows {
  readonly left: number;
  /** Due or settling. */
  readonly waiting: number;
  readonly held: number;
}

/** More waiting leavers than this need not be told apart. */
const mostCounted = 100_000;

/** Since when leaves count: a day, or since an administrator allowed some. */
const since = `(select greatest(guard_since, now() - interval '1 day') from destinations
  where tenant_id = $1 and id = $2)`;

/** A link that is to leave, and whose leave nobody has decided about or begun. $3 is who is passed over. */
const awaiting = `tenant_id = $1 and destination_id = $2 and wanted > done and remote_id is not null
  and (leave is null or withheld is not null) and (left_at is null or ($4 and left_at < requested_at))
  and id <> all($3)`;

const selectAccountLeaves = statement<
  LeaveRows,
  [tenantId: string, destinationId: string, except: readonly string[], removing: boolean]
>(
  'guard-account-leaves',
  `select
     (select count(*) from links where tenant_id = $1 and destination_id = $2 and left_at > ${since}
        and id <> all($3)) as left,
     (select count(*) from (
        (select from links where ${awaiting} and urgent limit ${mostCounted})
        union all
        (select from links where ${awaiting} and not urgent and leaving_since is not null limit ${mostCounted})
      ) leaving) as waiting,
     (select count(*) from links where tenant_id = $1 and destination_id = $2 and leave = 'held'
        and withheld is null) as held`,
);

/** How what counts as leaving is read. */
export interface LeavesAsked {
  /** Links that are passed over: somebody is about to write down that they left. */
  readonly except: readonly string[];
  /** Whether leaving removes accounts: then it counts also for those that are inactive. */
  readonly accountsAre: 'removed' | 'kept';
}

/** Leaves of accounts. */
export async function accountLeaves(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  { except, accountsAre }: LeavesAsked,
): Promise<LeaveRows> {
  const [row] = await selectAccountLeaves(
    db,
    tenantId,
    destinationId,
    except,
    accountsAre === 'removed',
  );
  return row ?? { left: 0, waiting: 0, held: 0 };
}

const selectMembershipLeaves = statement<
  LeaveRows,
  [tenantId: string, destinationId: string, except: readonly string[], name: string]
>(
  'guard-membership-leaves',
  `select
     (select count(*) from links where tenant_id = $1 and destination_id = $2 and revoked_at > ${since}
        and revoked @> array[$4] and id <> all($3)) as left,
     0 as waiting,
     (select count(*) from links where tenant_id = $1 and destination_id = $2 and leave = 'held'
        and withheld @> array[$4]) as held`,
);

/** How many lost a membership, and how many are held with it. */
export async function membershipLeaves(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  name: string,
  except: readonly string[],
): Promise<LeaveRows> {
  const [row] = await selectMembershipLeaves(db, tenantId, destinationId, except, name);
  return row ?? { left: 0, waiting: 0, held: 0 };
}

// All accounts, less those who left: few at a time do, and the indexes of both are there.
const selectAccounts = statement<{ accounts: number }, [tenantId: string, destinationId: string]>(
  'guard-accounts',
  `select (select count(*) from links where tenant_id = $1 and destination_id = $2 and remote_id is not null)
        - (select count(*) from links where tenant_id = $1 and destination_id = $2 and left_at is not null
             and remote_id is not null)
        + (select count(*) from links where tenant_id = $1 and destination_id = $2 and left_at > ${since}) as accounts`,
);

/**
 * Accounts whose people were here when the window began. Of those who left earlier many are still
 * linked: counted, they would make every share of the present people small. Reads an entry of every
 * account: to be asked seldom.
 */
export async function accountsGuarded(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
): Promise<number> {
  const [row] = await selectAccounts(db, tenantId, destinationId);
  return row?.accounts ?? 0;
}

const selectHolders = statement<
  { holders: number },
  [tenantId: string, destinationId: string, name: string]
>(
  'guard-holders',
  `select count(*) as holders from links
   where tenant_id = $1 and destination_id = $2 and remote_id is not null
     and (memberships @> array[$3] or (revoked_at > ${since} and revoked @> array[$3]))`,
);

/** Who had a membership from us when the window began. Reads every link: to be asked seldom. */
export async function holdersGuarded(
  db: Queryable,
  { tenantId, destinationId }: DestinationKey,
  name: string,
): Promise<number> {
  const [row] = await selectHolders(db, tenantId, destinationId, name);
  return row?.holders ?? 0;
}

const leased = `exists (select from destinations where tenant_id = $1 and id = $2 and epoch = $3 and state = 'active')`;

const beginStatement = statement<
  { id: string },
  [tenantId: string, destinationId: string, epoch: number, linkId: string, counted: boolean]
>(
  'guard-begin-leave',
  `update links set leave = null, leave_at = null, withheld = null,
     left_at = case when $5 then now()
                    else (select guard_since from destinations where tenant_id = $1 and id = $2) end
   where tenant_id = $1 and destination_id = $2 and id = $4 and ${leased} returning id`,
);

/**
 * Notes that an account is about to be taken away, before it is: a worker that dies in between must
 * neither forget to count it nor leave it half done. One that was allowed, or is away already, is not
 * counted.
 * @returns false when the lease has passed to another worker
 */
export async function beginLeave(
  db: Queryable,
  { tenantId, destinationId, epoch }: Lease,
  linkId: string,
  as: 'counted' | 'uncounted',
): Promise<boolean> {
  const rows = await beginStatement(db, tenantId, destinationId, epoch, linkId, as === 'counted');
  return rows.length > 0;
}

const markStatement = statement<
  { id: string },
  [
    tenantId: string,
    destinationId: string,
    epoch: number,
    linkId: string,
    mark: LeaveMark | null,
    withheld: readonly string[] | null,
    back: boolean,
    revoked: readonly string[],
  ]
>(
  'guard-mark',
  `update links set leave = $5, withheld = $6,
     leave_at = case when $5::text is null then null when leave = $5 then leave_at else now() end,
     left_at = case when $7 then null else left_at end,
     revoked = case when cardinality($8::text[]) = 0 then revoked
                    when revoked_at > now() - interval '1 day'
                    then array(select unnest(revoked) union select unnest($8))
                    else $8 end,
     revoked_at = case when cardinality($8) = 0 then revoked_at else now() end
   where tenant_id = $1 and destination_id = $2 and id = $4 and ${leased} returning id`,
);

/** What the guard has to remember of a link. */
export interface Marking {
  readonly leave: LeaveMark | null;
  /** The memberships it is about; `null`: the account itself. */
  readonly withheld: readonly string[] | null;
  /** `back`: its person is here again. */
  readonly person: 'back' | 'as before';
  /** Memberships that are about to be taken back, and count. */
  readonly revoked: readonly string[];
}

/**
 * Writes down what the guard decided about a link, before anything is done by it.
 * @returns false when the lease has passed to another worker
 */
export async function markLink(
  db: Queryable,
  { tenantId, destinationId, epoch }: Lease,
  linkId: string,
  { leave, withheld, person, revoked }: Marking,
): Promise<boolean> {
  const back = person === 'back';
  const rows = await markStatement(
    db,
    tenantId,
    destinationId,
    epoch,
    linkId,
    leave,
    withheld,
    back,
    revoked,
  );
  return rows.length > 0;
}

/** Notes that the guard holds somebody, and raises a notice where it held nobody until now. */
export async function tripGuard(
  db: Queryable,
  { tenantId, destinationId, epoch }: Lease,
  {
    code,
    message,
    detail,
  }: { readonly code: string; readonly message: string; readonly detail: JsonObject },
): Promise<void> {
  await db.query(
    `with changed as (
       update destinations set guard_tripped_at = now()
       where tenant_id = $1 and id = $3 and epoch = $4
         and (guard_tripped_at is null or not exists (
               select from links where tenant_id = $1 and destination_id = $3 and leave = 'held'))
       returning id
     ), raised as (
       select 'guard.tripped' as kind, id as destination_id, $5::text as code, $6::text as message,
              $7::jsonb as detail, null as once from changed
     ), ${raiseSql({ tenant: '$1', id: '$2' })}
     select from changed`,
    [tenantId, uuidv7(), destinationId, epoch, code, message, JSON.stringify(detail)],
  );
}
