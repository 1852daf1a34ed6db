/** The store's tables, made where they are missing. */
export const tables = `
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;

-- The document is the truth; the columns beside it exist to be searched and sorted by.
CREATE TABLE IF NOT EXISTS customers (
  id INTEGER PRIMARY KEY,
  email TEXT UNIQUE,
  phone TEXT UNIQUE,
  first_name TEXT NOT NULL,
  last_name TEXT NOT NULL,
  name_key TEXT NOT NULL,
  location_key TEXT NOT NULL,
  words TEXT NOT NULL,
  country_code TEXT,
  country TEXT,
  state TEXT NOT NULL,
  marketing TEXT NOT NULL,
  orders INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  searchable_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS customers_updated ON customers (updated_at, id);
CREATE INDEX IF NOT EXISTS customers_name ON customers (name_key, id);

CREATE TABLE IF NOT EXISTS customer_tags (
  tag TEXT NOT NULL,
  customer_id INTEGER NOT NULL,
  PRIMARY KEY (tag, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS address_owners (
  address_id INTEGER PRIMARY KEY,
  customer_id INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS metafield_definitions (
  id INTEGER PRIMARY KEY,
  owner_type TEXT NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  document TEXT NOT NULL,
  UNIQUE (owner_type, namespace, key)
) STRICT;

CREATE TABLE IF NOT EXISTS metafields (
  id INTEGER PRIMARY KEY,
  owner_type TEXT NOT NULL,
  owner_id INTEGER NOT NULL,
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  type TEXT NOT NULL,
  value TEXT NOT NULL,
  unique_value TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (owner_type, owner_id, namespace, key)
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS metafields_unique_value
  ON metafields (owner_type, namespace, key, unique_value) WHERE unique_value IS NOT NULL;

CREATE TABLE IF NOT EXISTS companies (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  external_id TEXT UNIQUE,
  note TEXT,
  default_role_id INTEGER,
  main_contact_id INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS company_roles (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  name TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_roles_company ON company_roles (company_id);

CREATE TABLE IF NOT EXISTS company_locations (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  external_id TEXT UNIQUE,
  note TEXT,
  phone TEXT,
  locale TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_locations_company ON company_locations (company_id);

-- A customer acts for one company at most.
CREATE TABLE IF NOT EXISTS company_contacts (
  id INTEGER PRIMARY KEY,
  company_id INTEGER NOT NULL,
  customer_id INTEGER NOT NULL UNIQUE,
  title TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS company_contacts_company ON company_contacts (company_id);

-- And a contact has one role at most in each location.
CREATE TABLE IF NOT EXISTS company_role_assignments (
  id INTEGER PRIMARY KEY,
  contact_id INTEGER NOT NULL,
  location_id INTEGER NOT NULL,
  role_id INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (contact_id, location_id)
) STRICT;
CREATE INDEX IF NOT EXISTS company_role_assignments_location
  ON company_role_assignments (location_id);

-- A product's variants are in its document; the rows here find them.
CREATE TABLE IF NOT EXISTS products (
  id INTEGER PRIMARY KEY,
  handle TEXT NOT NULL UNIQUE,
  title_key TEXT NOT NULL,
  type_key TEXT NOT NULL,
  vendor_key TEXT NOT NULL,
  status TEXT NOT NULL,
  words TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  searchable_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS product_variants (
  id INTEGER PRIMARY KEY,
  product_id INTEGER NOT NULL,
  sku TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS product_variants_product ON product_variants (product_id);
CREATE INDEX IF NOT EXISTS product_variants_sku ON product_variants (sku);

-- Lines, refunds and disputes are in the document. Amounts are in cents.
CREATE TABLE IF NOT EXISTS orders (
  id INTEGER PRIMARY KEY,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  email TEXT,
  customer_id INTEGER,
  financial_status TEXT NOT NULL,
  test INTEGER NOT NULL,
  total INTEGER NOT NULL,
  spent INTEGER NOT NULL,
  words TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  processed_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  cancelled_at INTEGER,
  searchable_at INTEGER NOT NULL,
  document TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS orders_customer ON orders (customer_id, id);
CREATE INDEX IF NOT EXISTS orders_email ON orders (email);
CREATE INDEX IF NOT EXISTS orders_created ON orders (created_at, id);
CREATE INDEX IF NOT EXISTS orders_processed ON orders (processed_at, id);
CREATE INDEX IF NOT EXISTS orders_updated ON orders (updated_at, id);

-- Of customers and orders, whose ids are never the same; the column is named for the first of them.
CREATE TABLE IF NOT EXISTS timeline (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  customer_id INTEGER NOT NULL,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  message TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS timeline_customer ON timeline (customer_id, id);

CREATE TABLE IF NOT EXISTS webhook_deliveries (
  id TEXT PRIMARY KEY,
  event_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  body TEXT NOT NULL,
  triggered_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  next_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS webhook_deliveries_due ON webhook_deliveries (next_at);

-- A place to upload a file to; the file there last is its content.
CREATE TABLE IF NOT EXISTS staged_uploads (
  key TEXT PRIMARY KEY,
  parameters TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  content_id INTEGER,
  size INTEGER,
  lines INTEGER
) STRICT;

-- An uploaded file in blocks of whole lines.
CREATE TABLE IF NOT EXISTS upload_blocks (
  content_id INTEGER NOT NULL,
  sequence INTEGER NOT NULL,
  first_line INTEGER NOT NULL,
  data BLOB NOT NULL,
  PRIMARY KEY (content_id, sequence)
) STRICT;

-- The position says where to go on; it is written with what was done up to there.
CREATE TABLE IF NOT EXISTS bulk_operations (
  id INTEGER PRIMARY KEY,
  type TEXT NOT NULL,
  status TEXT NOT NULL,
  error_code TEXT,
  document TEXT NOT NULL,
  client_identifier TEXT,
  content_id INTEGER,
  lines INTEGER,
  position TEXT,
  objects INTEGER NOT NULL DEFAULT 0,
  root_objects INTEGER NOT NULL DEFAULT 0,
  result_size INTEGER NOT NULL DEFAULT 0,
  result_token TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  completed_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS bulk_operations_status ON bulk_operations (status, id);

CREATE TABLE IF NOT EXISTS bulk_results (
  id INTEGER PRIMARY KEY,
  operation_id INTEGER NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS bulk_results_operation ON bulk_results (operation_id, id);

-- Digests of the app's tokens; \`replaces\` is the refresh token that a pair was given for.
CREATE TABLE IF NOT EXISTS app_tokens (
  access TEXT PRIMARY KEY,
  refresh TEXT NOT NULL UNIQUE,
  access_until INTEGER NOT NULL,
  refresh_until INTEGER NOT NULL,
  replaces TEXT
) STRICT, WITHOUT ROWID;
`;
