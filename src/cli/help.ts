/** What the command line says of itself. */

/** All commands. */
export const help = `Usage: rollcall <command> [options]

  token create [--source ID] [--expires DAYS]   make a bearer token; it is shown once
               [--user USERNAME]                bind it to a user: it is good for /Me alone
  token list   [--source ID]                    tokens by prefix, with their use
  token revoke TOKEN_ID [--source ID]           refuse a token from now on

  secret create [--source ID] [--expires DAYS]  make a secret of the connection's OAuth 2.0 client
  secret list   [--source ID]
  secret revoke SECRET_ID [--source ID]         refuse it, and the access tokens made with it

  source list [--json]                          SCIM connections with their settings
  source add --name NAME [domains=A,B]          add one to a tenant; its switches are off
             [--tenant ID]
  source set NAME=VALUE… [--source ID]          change settings, e.g. unknownAttributes=keep
  source remove --source ID [--keep]            remove one; its people stay as they are, where you say --keep

  schema list|show URN [--source ID]            custom attributes of a connection, or with --directory of the
                       [--directory]            directory: schema extensions, as put takes them
  schema put FILE [--source ID] [--directory]   define some, or others in their place
  schema remove URN [--source ID] [--directory]  what users have of them stays stored, and is not shown

  tenant create --name NAME --shop DOMAIN       make a tenant for a shop; its Admin API access
                [--paused]                      token is read from ROLLCALL_SHOP_ACCESS_TOKEN;
                                                nothing is done there until it is activated
  tenant list                                   tenants with their SCIM connections, and whether the app is
                                                installed in their shops
  erasure list [--json]                         proofs of the customers and shops that were erased
  reseal                                        seal stored secrets with a new ROLLCALL_ENCRYPTION_KEY; the
                                                old one is in ROLLCALL_OLD_ENCRYPTION_KEYS until then

  user list [--filter FILTER] [--json]          users of the directory, or those that a SCIM filter fits
            [--deleted]                         who was deleted and can be restored
  user show USER [--json]                       a user's attributes, as set takes them; USER is a userName or an id
  user add USERNAME NAME=VALUE…                 add a user: email, givenName, familyName, phone, and by their SCIM
                                                names title, department, manager=USER, custom attributes …
  user set USER NAME=VALUE…                     change attributes; NAME= empties one
  user suspend|activate USER…                   deactivate them in every application, or have them back
  user delete USER…                             delete users, who can be restored
  user restore USER                             bring somebody back with their groups and kept accounts
  user invite USER                              a link to set a password with; mailed, where mail can be sent
  user sign-out USER                            end every session of a user on their own page
  user import FILE|- [--yes] [--json]           what a file of users (CSV) would change; --yes takes it in.
                                                Ends with code 1 where lines are refused
  user export FILE                              write all users to such a file

  sign-in show [--json]                         where people of the directory sign in, and what they may change
  sign-in set ownAttributes=NAME,…              themselves

  group list [--filter FILTER] [--json]         groups of the directory; GROUP is a name or an id
  group show GROUP [--json]                     who is in a group
  group add NAME                                add a group
  group rename GROUP NAME                       give it another name
  group join|leave GROUP USER|GROUP…            put users, or groups, in it or take them out
  group delete GROUP                            delete it, where no App Login Policy assigns it

  membership list [--destination ID]            what a policy can give: companies and roles of a shop

  destination list [--json]                     destinations with their states
  destination show [--destination ID] [--json]  one with its settings, but for what is secret
  destination add --connector KIND NAME=VALUE…  add one, e.g. an application by --connector scim; it is paused
                  [--name NAME] [--tenant ID]   until you activate it, but with --active. With --scope policies
                  [--active]                    nobody has it before an App Login Policy says so. Without
                  [--scope policies]            settings it tells which there are. Secrets are read from
                                                ROLLCALL_KIND_NAME, or with NAME=- from standard input
  destination set NAME=VALUE… [--destination ID]  change settings; those you do not name stay
  destination rename NAME [--destination ID]    give it another name
  destination test [--destination ID]           whether it answers, and allows what its policy needs
  destination activate|pause [--destination ID] have it worked on, or not; what waits is kept. One in quarantine
                             [--note WHY]       is tried again
  destination restart [--destination ID]        have everybody looked at again on both sides
                      [--note WHY]
  destination groups [--destination ID] [--json]  groups that are made there: which are, which are not and why
  destination remove --destination ID [--keep]  remove it; accounts there stay as they are, where you say --keep

  app-policy list [--destination ID] [--json]   App Login Policies: which group has which application
  app-policy add --name NAME --destination ID   give the members of a group of the directory an application;
                 --group GROUP [--yes]          many are touched only with --yes
  app-policy rename POLICY NAME                 give it another name; POLICY is a name or an id
  app-policy remove POLICY [--yes]              take the application from whoever has it by no other one

  policy show [--destination ID]                the policy of a destination, as JSON
  policy set FILE|NAME=VALUE… [--destination ID]  put another in force, or some of it by name, e.g.
             [--yes]                            writes.create=false; whom it touches is told first, and many are
                                                touched only with --yes
  policy try [FILE] --person PERSON             the account it, or the one of a file, would give somebody
             |--group GROUP [--destination ID]  or what it would make of a group, attribute by attribute
             [--json]

  preview [--destination ID] [--policy FILE]    what would become of everybody, also by another policy;
                                                nothing is written
  preview compare PREVIEW_ID                    whether what happened since is what it said

  import [--destination ID]                     read the accounts that are there already and match them
                                                with the roll
  review list [--destination ID]                whose account a person has to choose
  review settle LINK REMOTE_ID|none|rules       this one is theirs; nothing is done about them there; or
                [--take-from LINK]              as the rules say again. Who has it now must be named

  explain PERSON [--destination ID] [--json]    why somebody stands as they do at each destination, and
                                                what would happen now; PERSON is a userName, an e-mail
                                                address or an id

  activity list [--person PERSON] [--json]      what was asked, decided and done, with what was before and after,
                [--destination ID] [--source ID]  the newest last; 50 lines, or with --all every one that fits
                [--outcome done|held|rejected|failed]
                [--since DATE] [--until DATE]

  status [--json]                               every destination: what waits and since when, how fast
                                                changes take effect, what does not get on and why

  notice list     [--tenant ID]                 what somebody should know of, and who was told
  notice settings [--tenant ID]                 where notices go beside the log
                  [--webhook URL|none] [--new-secret] [--email ADDRESS,…|none]
  notice test     [--tenant ID]                 send a test notice and tell how each channel went
  bulk list                                     files of creations on their way, and how they went

  offer list [--all] [--json]                   what products of the shop give; with --all also what
                                                was withdrawn
  offer show OFFER [--all]                      an offer as JSON, as put takes it; or all its versions
  offer put FILE                                put an offer, or the next version of one, in force
  offer withdraw OFFER                          orders from now on do not follow it

  order coverage [--since DATE] [--until DATE]  read the orders of the shop, by default of the last 60
                 [--all] [--json]               days: whether all that is paid for has arrived; tells what
                                                has not (--all: everything), and then ends with code 1
  order sweep [--since DATE]                    read again what changed in the shop, by default since a day

  backfill preview OFFER [--since DATE] [--until DATE]  what the offer would give for earlier orders, by
                                                default of the last 60 days; nothing is written
  backfill run OFFER [--since DATE] [--until DATE]  give it
  backfill list                                 back-fills, and how far they are
  backfill undo BACKFILL                        take back what one gave

  grant list [--attention] [--person PERSON]    what was bought and given by hand; with --attention what
             [--order ORDER] [--json]           waits for somebody
  grant give PERSON MEMBERSHIP --note WHY       give a membership by hand
             [--until DATE] [--ending remove] [--destination ID]
  grant withdraw RIGHT                          take back what was given by hand
  grant answer RIGHT keep|suspend|remove        what a refund means, where the offer asks
  grant choose RIGHT PERSON                     whose it is, where several people may be meant
  grant learners RIGHT EMAIL…                   who learns from the right’s line of the order

  guard list    [--destination ID] [--json]     who would leave and is held, and why
  guard allow   --all | LINK… [--destination ID]  let them leave
  guard discard --all | LINK… [--destination ID]  leave their accounts as they are

  sync PERSON [--tenant ID]                     provision one person at every destination now

  retry                                         look again at everybody who was held or rejected

  inbox list   [--state STATE] [--topic TOPIC]  webhooks that came in, and what became of them
  inbox replay ID | --state dead | --topic …    have them worked off again

--source and --destination take an id, or a name as it is written. Where there is one SCIM connection,
--source may be left out; where there is one destination, --destination; where there is one tenant, --tenant. The
database is the one of DATABASE_URL, else the one in ROLLCALL_DATA_DIR (./data); Rollcall may run meanwhile.
`;

/** The commands that begin with a word; all of them where none does. */
export function helpOn(word: string): string {
  const entries = help.split(/\n(?= {2}\S)|\n(?=\n)/);
  const about = entries.filter((entry) => entry.trimStart().startsWith(`${word} `));
  return about.length === 0 ? help : ['Usage:', ...about].join('\n');
}
