// What this browser keeps between visits: language, theme, chosen columns. Never keeps a secret, an amount or a name, and works
// where nothing may be kept.

const PREFIX = 'zaiton.';

/** What was kept under a name. */
export function kept(name: string): string | null {
  try {
    return window.localStorage.getItem(PREFIX + name);
  } catch {
    // A browser that keeps nothing: everything begins anew each time.
    return null;
  }
}

/** Keeps a text under a name. */
export function keep(name: string, value: string): void {
  try {
    window.localStorage.setItem(PREFIX + name, value);
  } catch {
    // As above.
  }
}
