/** A table of text: its first column is what the others are about. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Aligned for a terminal: the first column to the left, figures to the right. */
export function formatTable({ head, rows }: Table): string {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('   ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('───');
  return [line(head), rule, ...rows.map(line)].join('\n');
}

/** Whole numbers with their thousands apart. */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

/** Milliseconds, as precise as they are worth reading. */
export function ms(value: number): string {
  return `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

/** A ratio or factor. */
export function times(value: number): string {
  return `${value.toFixed(2)}×`;
}

/** A share. */
export function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
