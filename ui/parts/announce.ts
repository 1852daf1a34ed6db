/** Says something to whoever listens instead of looking. */
export function announce(text: string): void {
  const announcer = document.getElementById('announcer');
  if (announcer !== null) announcer.textContent = text;
}

/** Says it once something went well, also where what asked for it is gone from the page by then. */
export async function announceDone(request: Promise<unknown>, text: string): Promise<void> {
  try {
    await request;
    announce(text);
  } catch {
    // Whoever asked shows what went wrong.
  }
}
