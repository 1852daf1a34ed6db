/** The drawings of icons, by Polaris's names, 20 × 20. */
import { html, nothing, svg } from 'lit';

const paths: Readonly<Record<string, string>> = {
  alert: 'M10 2 1 18h18L10 2Zm-1 6h2v5H9V8Zm0 6.5h2v2H9v-2Z',
  'alert-circle': 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-1 4h2v5H9V6Zm0 6.5h2v2H9v-2Z',
  info: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-1 4h2v2H9V6Zm0 3.5h2V15H9V9.5Z',
  check: 'm8 15.4-5-5L4.4 9 8 12.6l7.6-7.6L17 6.4 8 15.4Z',
  'check-circle':
    'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm-1 11.7-3.4-3.4 1.3-1.3L9 11.1l4.1-4.1 1.3 1.3L9 13.7Z',
  circle: 'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12Z',
  x: 'm5.4 4 4.6 4.6L14.6 4 16 5.4 11.4 10l4.6 4.6-1.4 1.4-4.6-4.6L5.4 16 4 14.6 8.6 10 4 5.4 5.4 4Z',
  search:
    'M8.5 3a5.5 5.5 0 1 0 3.4 9.8l4.2 4.2 1-1-4.2-4.2A5.5 5.5 0 0 0 8.5 3Zm0 1.5a4 4 0 1 1 0 8 4 4 0 0 1 0-8Z',
  clipboard: 'M7 3h6v2h2.5v12h-11V5H7V3Zm1.5 1.5v1.5h3V4.5h-3ZM6 6.5v9h8v-9h-1v1H7v-1H6Z',
  'arrow-left': 'M9 4 3 10l6 6 1.1-1.1L6 10.8h11V9.2H6l4.1-4.1L9 4Z',
  'chevron-left': 'M12.5 4 6.5 10l6 6 1.1-1.1L8.7 10l4.9-4.9L12.5 4Z',
  'chevron-right': 'm7.5 4 6 6-6 6-1.1-1.1 4.9-4.9-4.9-4.9L7.5 4Z',
  'chevron-down': 'm4 7.5 6 6 6-6-1.1-1.1L10 11.3 5.1 6.4 4 7.5Z',
  plus: 'M9.2 4h1.6v5.2H16v1.6h-5.2V16H9.2v-5.2H4V9.2h5.2V4Z',
  delete: 'M7.5 3h5v1.5H17V6h-1l-.800 11H4.8L4 6H3V4.5h4.5V3Zm-2 3 .700 9.5h7.6L14.5 6h-9Z',
  edit: 'm13.5 3 3.5 3.5L7.5 16H4v-3.5L13.5 3Zm0 2.1-8 8v1.4h1.4l8-8-1.4-1.4Z',
  external: 'M11 3h6v6h-1.5V5.6l-6.9 6.9-1.1-1.1 6.9-6.9H11V3ZM4 5h5v1.5H5.5v8h8V11H15v5H4V5Z',
  refresh: 'M10 3a7 7 0 0 1 5.5 2.7V3H17v5.5h-5.5V7h3A5.5 5.5 0 1 0 15.5 10H17a7 7 0 1 1-7-7Z',
  clock:
    'M10 2a8 8 0 1 0 0 16 8 8 0 0 0 0-16Zm0 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM9.2 6h1.5v4l2.8 2.8-1 1-3.3-3.3V6Z',
  person:
    'M10 3a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Zm-6.5 14c0-3.6 2.9-5.5 6.5-5.5s6.5 1.9 6.5 5.5h-13Z',
  menu: 'M3 5h14v1.5H3V5Zm0 4.3h14v1.5H3V9.3Zm0 4.2h14V15H3v-1.5Z',
};

/** A drawing, for the eye alone; `nothing` where there is none of that name. */
export function drawing(name: string) {
  const path = paths[name];
  if (path === undefined) return nothing;
  return html`<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">${svg`<path d=${path} />`}</svg>`;
}
