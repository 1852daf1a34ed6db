/** Spacing and boxes, in Polaris's steps. */

const steps: Readonly<Record<string, string>> = {
  none: '0',
  'small-500': '1px',
  'small-400': '2px',
  'small-300': '4px',
  'small-200': '6px',
  'small-100': '8px',
  small: '8px',
  base: '12px',
  large: '16px',
  'large-100': '16px',
  'large-200': '20px',
  'large-300': '24px',
  'large-400': '32px',
  'large-500': '40px',
};

/** A space in CSS: one step or several, as in `base large`. */
export function space(value: string): string {
  return value
    .split(' ')
    .map((step) => steps[step] ?? '0')
    .join(' ');
}
