/** Lists over HTTP (RFC 7644 §3.4.2, §3.4.3; RFC 9865). */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Answer, testWorld, userNamed, type World } from '../support/world.ts';

let world: World;
before(async () => {
  world = await testWorld();
});
after(() => world.close());

test('smoke', async () => {
  const a = await world.scim('POST', '/Users', userNamed('Ada Lovelace', { title: 'Countess' }));
  const b = await world.scim('POST', '/Users', userNamed('Bob Smith', {}));
  const g = await world.scim('POST', '/Groups', {schemas:['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'G', members:[{value:a.body.id},{value:'nobody'}]});
  console.log(g.status, JSON.stringify(g.body));
  for (const path of ['/Users', '/Groups', '/', '', '/?sortBy=userName', '/?sortBy=displayName&sortOrder=descending', '/?cursor&count=1', '/Users?filter=groups.value eq "'+g.body.id+'"', '/Groups?filter=members eq "nobody"','/Groups?filter=members[value eq "nobody" and type pr]','/?filter=meta pr and meta[location co "scim"]']) {
    const x = await world.scim('GET', path);
    console.log(path, x.status, JSON.stringify(x.body).slice(0,1500));
  }
  for (const path of ['/.search','/Users/.search']) {
    const x = await world.scim('POST', path, {schemas:['urn:ietf:params:scim:api:messages:2.0:SearchRequest'], count: 1, cursor: ''});
    console.log(path, x.status, JSON.stringify(x.body).slice(0,600));
  }
  const x = await world.scim('DELETE', '/');
  console.log(x.status, x.body, x.headers.get('allow'));
});
