/** Comma-separated values (RFC 4180), as spreadsheets open them. Pure. */

/** A line of cells. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/**
 * A spreadsheet takes a cell that begins like this for a formula, also in quotes, and would run what somebody
 * wrote into a name (https://owasp.org/www-community/attacks/CSV_Injection): such a cell begins with an apostrophe. So
 * does, once more, one that begins with apostrophes and then like this, or taking the first away would change it.
 */
const formula = /^'*[=+\-@\t\r]/;

function csvCell(text: string | null): string {
  const cell = text === null ? '' : formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
