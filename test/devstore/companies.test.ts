/** B2B: companies, their contacts and roles, with Shopify's limits in Shopify's words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeOrder } from './order-support.ts';
import { type Json, makeCustomer, startStore, type TestStore, userErrors } from './support.ts';

const companyFields = `
  id name externalId defaultRole { name } mainContact { id customer { id } }
  contactRoles(first: 10) { nodes { id name } }
  locations(first: 10) { nodes { id name externalId } }
`;

const companyCreate = `mutation ($input: CompanyCreateInput!) {
  companyCreate(input: $input) { company { ${companyFields} } userErrors { field message code } }
}`;

const assignCustomer = `mutation ($companyId: ID!, $customerId: ID!) {
  companyAssignCustomerAsContact(companyId: $companyId, customerId: $customerId) {
    companyContact { id isMainContact } userErrors { field message code }
  }
}`;

const assignRole = `mutation ($contact: ID!, $role: ID!, $location: ID!) {
  companyContactAssignRole(
    companyContactId: $contact, companyContactRoleId: $role, companyLocationId: $location
  ) { companyContactRoleAssignment { id role { name } } userErrors { field message code } }
}`;

const assignRoles = `mutation ($contact: ID!, $roles: [CompanyContactRoleAssign!]!) {
  companyContactAssignRoles(companyContactId: $contact, rolesToAssign: $roles) {
    roleAssignments { id role { name } companyLocation { name } } userErrors { field message code }
  }
}`;

const revokeRoles = `mutation ($contact: ID!, $ids: [ID!], $all: Boolean = false) {
  companyContactRevokeRoles(companyContactId: $contact, roleAssignmentIds: $ids, revokeAll: $all) {
    revokedRoleAssignmentIds userErrors { field message code }
  }
}`;

const removeContact = `mutation ($contact: ID!) {
  companyContactRemoveFromCompany(companyContactId: $contact) {
    removedCompanyContactId userErrors { field message code }
  }
}`;

const profiles = `query ($id: ID!) {
  customer(id: $id) {
    companyContactProfiles {
      id company { id name }
      roleAssignments(first: 50) { nodes { id role { name } companyLocation { name } } }
    }
  }
}`;

interface World {
  readonly store: TestStore;
  readonly company: Json;
  readonly location: string;
  readonly admin: string;
  readonly ordering: string;
  readonly customer: string;
  readonly contact: string;
}

/** A company of one location, and Ada as its contact. */
async function world(store: TestStore): Promise<World> {
  const made = await store.graphql(companyCreate, { input: { company: { name: 'Acme' } } });
  const company = made.data.companyCreate?.company ?? made.data;
  const customer = String((await makeCustomer(store, { email: 'ada@example.com' })).id);
  const assigned = await store.graphql(assignCustomer, {
    companyId: company.id,
    customerId: customer,
  });
  assert.deepEqual(userErrors(assigned), []);
  return {
    store,
    company,
    customer,
    location: String(company.locations?.nodes?.[0]?.id),
    admin: String(company.contactRoles?.nodes?.[0]?.id),
    ordering: String(company.contactRoles?.nodes?.[1]?.id),
    contact: String(assigned.data.companyAssignCustomerAsContact?.companyContact?.id),
  };
}

test('A company has one location and two roles from the start', async (t) => {
  const store = await startStore(t);
  const { data } = await store.graphql(companyCreate, {
    input: {
      company: { name: 'Acme', externalId: 'acme' },
      companyContact: { email: 'boss@example.com', firstName: 'Boss' },
    },
  });
  const company = data.companyCreate?.company;
  assert.match(String(company?.id), /^gid:\/\/shopify\/Company\/\d+$/);
  assert.equal(company?.locations?.nodes?.length, 1);
  assert.equal(company?.locations?.nodes?.[0]?.name, 'Acme');
  const names = [0, 1].map((index) => company?.contactRoles?.nodes?.[index]?.name);
  assert.deepEqual(names, ['Location admin', 'Ordering only']);
  assert.equal(company?.defaultRole?.name, 'Ordering only');
  const boss = (await store.control('GET', 'customers?query=boss@')).customers?.[0];
  assert.equal(company?.mainContact?.customer?.id, boss?.id);
  assert.equal(boss?.companies?.[0]?.isMainContact, true);
});

test('A company needs a name, and an external id of its own of at most 64 characters', async (t) => {
  const store = await startStore(t);
  const create = async (company: object) =>
    userErrors(await store.graphql(companyCreate, { input: { company } }));
  assert.equal((await create({ name: ' ' }))?.[0]?.code, 'BLANK');
  assert.deepEqual(await create({ name: 'Acme', externalId: 'acme' }), []);
  assert.equal((await create({ name: 'Acme', externalId: 'acme' }))?.[0]?.code, 'TAKEN');
  assert.equal((await create({ name: 'Acme', externalId: 'x'.repeat(65) }))?.[0]?.code, 'TOO_LONG');
  assert.equal((await store.control('GET', 'companies')).companies?.length, 1);
});

test('A company whose contact is refused is not made', async (t) => {
  const store = await startStore(t);
  await makeCustomer(store, { email: 'ada@example.com' });
  const answer = await store.graphql(companyCreate, {
    input: { company: { name: 'Acme' }, companyContact: { email: 'ada@example.com' } },
  });
  assert.deepEqual(userErrors(answer), [
    {
      field: ['input', 'companyContact', 'email'],
      message: 'Email has already been taken',
      code: 'TAKEN',
    },
  ]);
  assert.equal((await store.control('GET', 'companies')).companies?.length, 0);
});

test('A customer is a contact of one company at most, and has an e-mail address', async (t) => {
  const { store, company, customer } = await world(await startStore(t));
  const other = await store.control('POST', 'companies', { name: 'Other' });
  for (const companyId of [company.id, other.id])
    assert.deepEqual(
      userErrors(await store.graphql(assignCustomer, { companyId, customerId: customer })),
      [
        {
          field: ['companyId'],
          message: 'Customer is already associated with a company contact.',
          code: 'INVALID_INPUT',
        },
      ],
    );
  const { id } = await makeCustomer(store, { firstName: 'Nameless' });
  assert.deepEqual(
    userErrors(await store.graphql(assignCustomer, { companyId: company.id, customerId: id })),
    [
      {
        field: ['companyId'],
        message: 'Customer must have an email address.',
        code: 'INVALID_INPUT',
      },
    ],
  );
  const nobody = { companyId: company.id, customerId: 'gid://shopify/Customer/1' };
  assert.deepEqual(userErrors(await store.graphql(assignCustomer, nobody)), [
    { field: ['customerId'], message: 'Customer does not exist.', code: 'RESOURCE_NOT_FOUND' },
  ]);
  const nowhere = { companyId: 'gid://shopify/Company/1', customerId: customer };
  assert.equal(
    userErrors(await store.graphql(assignCustomer, nowhere))?.[0]?.code,
    'RESOURCE_NOT_FOUND',
  );
});

test('One role for a contact in a location; the one mutation and the list say it differently', async (t) => {
  const { store, contact, location, admin, ordering } = await world(await startStore(t));
  const given = await store.graphql(assignRole, { contact, role: admin, location });
  assert.deepEqual(userErrors(given), []);
  const again = await store.graphql(assignRole, { contact, role: ordering, location });
  const message = 'Company contact has already been assigned a role in that company location.';
  assert.deepEqual(userErrors(again), [{ field: null, message, code: 'LIMIT_REACHED' }]);
  const roles = [
    { companyContactRoleId: ordering, companyLocationId: location },
    { companyContactRoleId: ordering, companyLocationId: 'gid://shopify/CompanyLocation/1' },
  ];
  assert.deepEqual(userErrors(await store.graphql(assignRoles, { contact, roles })), [
    { field: ['rolesToAssign', '0'], message, code: 'LIMIT_REACHED' },
    {
      field: ['rolesToAssign', '1', 'companyLocationId'],
      message: 'Resource requested does not exist.',
      code: 'RESOURCE_NOT_FOUND',
    },
  ]);
});

test('Of a list what can be assigned is, and more than fifty are refused', async (t) => {
  const { store, company, contact, location, admin } = await world(await startStore(t));
  const { locations } = await store.control('POST', `companies/${company.id}/locations`, {
    name: 'Leeds',
  });
  const role = (companyLocationId: Json | string | undefined) => ({
    companyContactRoleId: admin,
    companyLocationId,
  });
  await store.graphql(assignRole, { contact, role: admin, location });
  const roles = [role(location), role(locations?.[1]?.id)];
  const { data } = await store.graphql(assignRoles, { contact, roles });
  const assigned = data.companyContactAssignRoles;
  assert.equal(assigned?.userErrors?.[0]?.code, 'LIMIT_REACHED');
  assert.equal(assigned?.roleAssignments?.[0]?.companyLocation?.name, 'Leeds');
  const many = Array.from({ length: 51 }, () => role(location));
  const refused = userErrors(await store.graphql(assignRoles, { contact, roles: many }));
  assert.equal(refused?.[0]?.code, 'LIMIT_REACHED');
});

test('Another company’s role and location do not exist for a contact', async (t) => {
  const { store, contact, location, admin } = await world(await startStore(t));
  const other = await store.control('POST', 'companies', { name: 'Other' });
  const foreignRole = { contact, role: other.roles?.[0]?.id, location };
  assert.deepEqual(userErrors(await store.graphql(assignRole, foreignRole)), [
    {
      field: ['companyContactRoleId'],
      message: "The company contact role doesn't exist.",
      code: 'RESOURCE_NOT_FOUND',
    },
  ]);
  const foreignPlace = { contact, role: admin, location: other.locations?.[0]?.id };
  assert.deepEqual(userErrors(await store.graphql(assignRole, foreignPlace)), [
    {
      field: ['companyLocationId'],
      message: "The company location doesn't exist.",
      code: 'RESOURCE_NOT_FOUND',
    },
  ]);
});

test('Roles are taken back by id or all together, and the contact leaves with the customer kept', async (t) => {
  const { store, customer, contact, location, admin } = await world(await startStore(t));
  const give = () => store.graphql(assignRole, { contact, role: admin, location });
  const { data } = await give();
  const id = data.companyContactAssignRole?.companyContactRoleAssignment?.id;
  const ids = [id, 'gid://shopify/CompanyContactRoleAssignment/1'];
  const revoked = await store.graphql(revokeRoles, { contact, ids });
  assert.deepEqual(revoked.data.companyContactRevokeRoles, {
    revokedRoleAssignmentIds: [id],
    userErrors: [
      {
        field: ['roleAssignmentIds', '1'],
        message: 'Resource requested does not exist.',
        code: 'RESOURCE_NOT_FOUND',
      },
    ],
  });
  await give();
  await store.graphql(revokeRoles, { contact, all: true });
  const profile = (await store.graphql(profiles, { id: customer })).data.customer
    ?.companyContactProfiles?.[0];
  assert.equal(profile?.company?.name, 'Acme');
  assert.deepEqual(profile?.roleAssignments?.nodes, []);
  assert.deepEqual(userErrors(await store.graphql(removeContact, { contact })), []);
  const after = (await store.graphql(profiles, { id: customer })).data.customer;
  assert.deepEqual(after?.companyContactProfiles, []);
  assert.deepEqual(userErrors(await store.graphql(removeContact, { contact })), [
    {
      field: ['companyContactId'],
      message: "The company contact doesn't exist.",
      code: 'RESOURCE_NOT_FOUND',
    },
  ]);
});

test('A contact whose customer has orders cannot be deleted', async (t) => {
  const { store, customer, contact } = await world(await startStore(t));
  const remove = `mutation ($contact: ID!) {
    companyContactDelete(companyContactId: $contact) {
      deletedCompanyContactId userErrors { field message code }
    }
  }`;
  const order = await placeOrder(store, { customerId: customer });
  assert.deepEqual(userErrors(await store.graphql(remove, { contact })), [
    {
      field: ['companyContactId'],
      message: 'Cannot delete a company contact with existing orders or draft orders.',
      code: 'FAILED_TO_DELETE',
    },
  ]);
  await store.control('DELETE', `orders/${order.number}?force=true`);
  assert.deepEqual(userErrors(await store.graphql(remove, { contact })), []);
  assert.equal((await store.control('GET', `customers/${customer}`)).email, 'ada@example.com');
});

test('A shop without B2B denies companies, and nothing else', async (t) => {
  const { store, customer } = await world(await startStore(t));
  await store.control('POST', 'b2b', { enabled: false });
  for (const [query, variables] of [
    ['{ companies(first: 1) { nodes { id } } }', {}],
    [companyCreate, { input: { company: { name: 'Other' } } }],
    [profiles, { id: customer }],
    ['{ node(id: "gid://shopify/Company/1") { id } }', {}],
  ] as const) {
    const { errors } = await store.graphql(query, variables);
    assert.equal(errors?.[0]?.extensions?.code, 'ACCESS_DENIED', query);
  }
  const plain = await store.graphql(`{ customer(id: "${customer}") { id } }`);
  assert.equal(plain.data.customer?.id, customer);
  await store.control('POST', 'b2b', { enabled: true });
  const back = await store.graphql('{ companies(first: 1) { nodes { name } } }');
  assert.equal(back.data.companies?.nodes?.[0]?.name, 'Acme');
});

test('Companies come in pages with their locations and roles, everything by its id', async (t) => {
  const store = await startStore(t);
  for (const name of ['Acme', 'Bolt', 'Cord']) await store.control('POST', 'companies', { name });
  const page = `query ($after: String) {
    companies(first: 2, after: $after) {
      nodes { ${companyFields} } pageInfo { hasNextPage endCursor }
    }
    companiesCount { count }
  }`;
  const first = (await store.graphql(page)).data;
  assert.equal(first.companiesCount?.count, 3);
  const after = first.companies?.pageInfo?.endCursor;
  const second = (await store.graphql(page, { after })).data.companies;
  assert.equal(second?.nodes?.[0]?.name, 'Cord');
  assert.equal(second?.pageInfo?.hasNextPage, false);
  const company = first.companies?.nodes?.[0];
  const role = company?.contactRoles?.nodes?.[0];
  const location = company?.locations?.nodes?.[0];
  const byId = `query ($company: ID!, $role: ID!, $location: ID!) {
    company(id: $company) { name }
    companyContactRole(id: $role) { name }
    companyLocation(id: $location) { name company { name } }
    node(id: $location) { ... on CompanyLocation { name } }
    gone: companyLocation(id: "gid://shopify/CompanyLocation/1") { id }
  }`;
  const ids = { company: company?.id, role: role?.id, location: location?.id };
  assert.deepEqual((await store.graphql(byId, ids)).data, {
    company: { name: 'Acme' },
    companyContactRole: { name: 'Location admin' },
    companyLocation: { name: 'Acme', company: { name: 'Acme' } },
    node: { name: 'Acme' },
    gone: null,
  });
});

test('Staff give and take back, and what they did is on the customer', async (t) => {
  const store = await startStore(t);
  const { id, number } = await store.control('POST', 'customers', { email: 'ada@example.com' });
  const company = await store.control('POST', 'companies', {
    name: 'Acme',
    locations: [{ name: 'York' }, { name: 'Leeds', externalId: 'leeds' }],
  });
  const contacts = `companies/${company.number}/contacts`;
  const contact = await store.control('POST', contacts, { customer: id });
  const roles = `company-contacts/${encodeURIComponent(String(contact.id))}/roles`;
  await store.control('POST', roles, { role: 'Ordering only', location: 'Leeds' });
  await store.control('POST', roles, { role: 'Location admin', location: 'Leeds' }, 422);
  const seen = await store.control('GET', `customers/${number}`);
  assert.equal(seen.companies?.[0]?.name, 'Acme');
  const [role] = [seen.companies?.[0]?.roles?.[0]];
  assert.deepEqual([role?.role, role?.location], ['Ordering only', 'Leeds']);
  assert.equal(seen.timeline?.[0]?.message, 'Ordering only in Leeds');
  await store.control('DELETE', `company-role-assignments/${role?.id}`);
  await store.control('DELETE', `company-locations/${role?.locationId}`);
  await store.control('DELETE', `company-contacts/${contact.id}`);
  assert.deepEqual((await store.control('GET', `customers/${number}`)).companies, []);
  await store.control('DELETE', `companies/${company.number}`);
  await store.control('GET', `companies/${company.number}`, undefined, 404);
});
