/** `core_webservice_get_site_info`: who calls, what may be called, and what the site is. */

import { createHash } from 'node:crypto';
import { settingsOf, wwwroot } from '../site/settings.ts';
import { fullName } from '../site/users.ts';
import { type Call, webFunction } from './function.ts';
import { list, withDefault } from './parameters.ts';
import { userPicture } from './theme.ts';
import { letterNames } from './values.ts';

/** The release whose answers were recorded. */
export const release = '4.3 (Build: 20231009)';
const version = '2023100900';

const features = {
  usecomments: 1,
  usetags: 1,
  enablenotes: 1,
  messaging: 1,
  enableblogs: 1,
  enablecompletion: 1,
  enablebadges: 1,
  messagingallusers: 0,
  enablecustomreports: 1,
  enableglobalsearch: 0,
  mnet_dispatcher_mode: 0,
};

/** `core_webservice_get_site_info`. */
export const getSiteInfo = webFunction(
  { serviceshortnames: withDefault(list(letterNames), []) },
  (call) => siteInfo(call),
);

function siteInfo({ site, settings, user, service }: Call): object {
  return {
    sitename: settingsOf(site).name,
    username: user.username,
    firstname: user.firstname,
    lastname: user.lastname,
    fullname: fullName(user),
    lang: user.lang,
    userid: user.id,
    siteurl: wwwroot(site, settings),
    userpictureurl: userPicture(site, settings, 'f1'),
    functions: service.functions.map((name) => ({ name, version })),
    downloadfiles: 0,
    uploadfiles: 0,
    release,
    version,
    mobilecssurl: '',
    advancedfeatures: Object.entries(features).map(([name, value]) => ({ name, value })),
    usercanmanageownfiles: true,
    userquota: user.siteAdmin ? 0 : 104_857_600,
    usermaxuploadfilesize: user.siteAdmin ? -1 : 2_097_152,
    userhomepage: 1,
    userprivateaccesskey: createHash('md5').update(`key of ${user.username}`).digest('hex'),
    siteid: 1,
    sitecalendartype: 'gregorian',
    usercalendartype: 'gregorian',
    userissiteadmin: user.siteAdmin,
    theme: 'boost',
    limitconcurrentlogins: 0,
  };
}
