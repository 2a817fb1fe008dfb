// The theme as it was chosen, or as the system has it. Never flashes the other one: it is set before anything is drawn.
import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { variables, type Shade } from '../theme/tokens';
import { keep, kept } from './kept';

/** What may be chosen. */
export type Choice = Shade | 'system';
export const CHOICES: readonly Choice[] = ['light', 'dark', 'system'];

interface Shown {
  choice: Choice;
  shade: Shade;
  choose: (choice: Choice) => void;
}

const KEY = 'theme';
const Context = createContext<Shown>({ choice: 'system', shade: 'light', choose: () => undefined });

function before(): Choice {
  const text = kept(KEY);
  return CHOICES.find((choice) => choice === text) ?? 'system';
}

/** Paints the page in a shade. */
export function paint(shade: Shade): void {
  const root = document.documentElement;
  root.dataset.shade = shade;
  for (const [name, value] of Object.entries(variables(shade))) root.style.setProperty(name, value);
}

/** Gives the theme to everything within. */
export function ShadeProvider({ children }: { children: ReactNode }) {
  const [choice, setChoice] = useState<Choice>(before);
  const [isDark, setDark] = useState(() => window.matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const media = window.matchMedia('(prefers-color-scheme: dark)');
    const follow = () => setDark(media.matches);
    media.addEventListener('change', follow);
    return () => media.removeEventListener('change', follow);
  }, []);
  const shade: Shade = choice === 'system' ? (isDark ? 'dark' : 'light') : choice;
  useMemo(() => paint(shade), [shade]);
  const shown = useMemo(() => {
    const choose = (next: Choice) => {
      keep(KEY, next);
      setChoice(next);
    };
    return { choice, shade, choose };
  }, [choice, shade]);
  return <Context value={shown}>{children}</Context>;
}

/** The theme that is shown. */
export function useShade(): Shown {
  return use(Context);
}
