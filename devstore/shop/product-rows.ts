/** The SQL of the products: looking one up, writing one down. */
import type { Database } from './database.ts';
import type { Documents, Row } from './paging.ts';
import type { Product, Variant } from './product.ts';

function readProduct(row: Row): Product {
  return JSON.parse(String(row.document));
}

/** All products, to be listed. */
export const productDocuments: Documents<Product> = { table: 'products', read: readProduct };

export function findProduct(database: Database, id: number): Product | undefined {
  const row = database.statement('SELECT document FROM products WHERE id = ?').get(id);
  return row && readProduct(row);
}

export function isHandleTaken(database: Database, handle: string, except: number): boolean {
  const sql = 'SELECT 1 FROM products WHERE handle = ? AND id <> ?';
  return database.statement(sql).get(handle, except) !== undefined;
}

export function findVariant(database: Database, id: number): Variant | undefined {
  const sql = `SELECT document FROM products
    WHERE id = (SELECT product_id FROM product_variants WHERE id = ?)`;
  const row = database.statement(sql).get(id);
  return row && readProduct(row).variants.find((variant) => variant.id === id);
}

/** A variant by its SKU; the oldest where several have the same, as Shopify allows. */
export function findVariantBySku(database: Database, sku: string): Variant | undefined {
  const row = database
    .statement('SELECT id FROM product_variants WHERE sku = ? ORDER BY id LIMIT 1')
    .get(sku);
  return row && findVariant(database, Number(row.id));
}

export function insertProduct(database: Database, product: Product, searchableAt: number): void {
  database
    .statement(
      `INSERT INTO products (handle, title_key, type_key, vendor_key, status, words, updated_at,
         document, id, created_at, searchable_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(...columns(product), product.id, product.createdAt, searchableAt);
  writeVariants(database, product);
}

export function updateProduct(database: Database, product: Product): void {
  database
    .statement(
      `UPDATE products SET handle = ?, title_key = ?, type_key = ?, vendor_key = ?, status = ?,
         words = ?, updated_at = ?, document = ? WHERE id = ?`,
    )
    .run(...columns(product), product.id);
  writeVariants(database, product);
}

export function deleteProduct(database: Database, id: number): void {
  database.statement('DELETE FROM products WHERE id = ?').run(id);
  database.statement('DELETE FROM product_variants WHERE product_id = ?').run(id);
}

function columns(product: Product) {
  const { handle, title, productType, vendor, status, tags, variants, updatedAt } = product;
  const skus = variants.map(({ sku }) => sku);
  return [
    handle,
    title.toLowerCase(),
    productType.toLowerCase(),
    vendor.toLowerCase(),
    status,
    [title, productType, vendor, ...tags, ...skus].filter(Boolean).join('\n').toLowerCase(),
    updatedAt,
    JSON.stringify(product),
  ] as const;
}

function writeVariants(database: Database, { id: productId, variants }: Product): void {
  database.statement('DELETE FROM product_variants WHERE product_id = ?').run(productId);
  for (const { id, sku } of variants)
    database
      .statement('INSERT INTO product_variants (id, product_id, sku) VALUES (?, ?, ?)')
      .run(id, productId, sku);
}
