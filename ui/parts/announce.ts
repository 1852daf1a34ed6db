/** Says something to whoever listens instead of looking. */
export function announce(text: string): void {
  const announcer = document.getElementById('announcer');
  if (announcer !== null) announcer.textContent = text;
}
