/** What a user of the roll is called, and where mail reaches them, as SQL over a row of `resources`. */

/** The name people know somebody by: the displayName, else the name, else the userName; also of a group. */
export const nameSql = (r: string) =>
  `coalesce(${r}.data ->> 'displayName',
     nullif(concat_ws(' ', ${r}.data #>> '{name,givenName}', ${r}.data #>> '{name,familyName}'), ''), ${r}.data ->> 'userName')`;

/** The primary e-mail address, else the first. */
export const emailSql = (r: string) =>
  `coalesce(jsonb_path_query_first(${r}.data, '$.emails[*] ? (@.primary == true).value') #>> '{}', ${r}.data #>> '{emails,0,value}')`;
