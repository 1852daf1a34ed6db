/** JSON as PHP's `json_encode` writes it: slashes and everything beyond ASCII escaped. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value ?? null)
    .replaceAll('/', String.raw`\/`)
    .replaceAll(
      /[\u0080-\uffff]/g,
      (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}
