// Every colour and measure of the console, once: one accent, greys, five states that mean the same everywhere. Nothing else
// in the console names a colour; a state's colour never stands without its word.

/** Light or dark. */
export type Shade = 'light' | 'dark';

/** What a thing waits for. */
export type Tone = 'you' | 'us' | 'done' | 'stopped' | 'nothing';

/** Every tone, in the order of urgency. */
export const TONES: readonly Tone[] = ['you', 'us', 'stopped', 'done', 'nothing'];

/** Ink on paper, and the line between it and the page. */
export interface Ink {
  ink: string;
  paper: string;
  edge: string;
}

/** The colours of a shade. */
export interface Palette {
  /** Behind everything. */
  ground: string;
  /** Cards, tables, bars. */
  surface: string;
  /** Heads of tables, rows under the pointer. */
  raised: string;
  line: string;
  /** The edge of what can be typed into or pressed: seen by everybody. */
  edge: string;
  text: string;
  /** Less important text; still read by everybody. */
  quiet: string;
  /** Fills: buttons, the chosen entry's mark. */
  accent: string;
  /** What stands on such a fill. */
  onAccent: string;
  /** Text in the accent: links, the chosen entry. */
  accentText: string;
  accentPaper: string;
  income: string;
  expense: string;
  tones: Record<Tone, Ink>;
}

/** Both shades. */
export const PALETTES: Record<Shade, Palette> = {
  light: {
    ground: '#f3f5f6',
    surface: '#ffffff',
    raised: '#f7f9f9',
    line: '#dfe4e6',
    edge: '#858f95',
    text: '#1b2226',
    quiet: '#566067',
    accent: '#0b6b74',
    onAccent: '#ffffff',
    accentText: '#0b6b74',
    accentPaper: '#e3f1f2',
    income: '#1c6434',
    expense: '#a3201d',
    tones: {
      you: { ink: '#804600', paper: '#fff3dc', edge: '#eccf98' },
      us: { ink: '#1d4f91', paper: '#e8f1fc', edge: '#b7d0ef' },
      done: { ink: '#1c6434', paper: '#e6f5ea', edge: '#b3dabf' },
      stopped: { ink: '#a3201d', paper: '#fdeceb', edge: '#efbdba' },
      nothing: { ink: '#4a5157', paper: '#eef0f2', edge: '#d3d8db' },
    },
  },
  dark: {
    ground: '#0f1416',
    surface: '#171d20',
    raised: '#1e2629',
    line: '#2d373b',
    edge: '#69767c',
    text: '#e4e9eb',
    quiet: '#a1adb3',
    accent: '#0f7a84',
    onAccent: '#ffffff',
    accentText: '#5cc4cb',
    accentPaper: '#12343a',
    income: '#7fcf95',
    expense: '#f5918c',
    tones: {
      you: { ink: '#f3b95f', paper: '#3a2a10', edge: '#5f4719' },
      us: { ink: '#8dbdf5', paper: '#14283f', edge: '#264a73' },
      done: { ink: '#7fcf95', paper: '#14301d', edge: '#265a37' },
      stopped: { ink: '#f5918c', paper: '#3d1917', edge: '#6e2b27' },
      nothing: { ink: '#b9c0c6', paper: '#2a2f33', edge: '#444b50' },
    },
  },
};

/** Everything stands on a grid of so many pixels. */
export const GRID = 4;
/** Text, in pixels. */
export const TEXT = 14;
/** A row of a table, a control, an entry of the navigation, in pixels. */
export const ROW = 32;
/** Letters: Latin first, so that figures line up. */
export const FONT =
  '"Inter", "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

/** The colours as the style sheet's variables. */
export function variables(shade: Shade): Record<string, string> {
  const { tones, ...plain } = PALETTES[shade];
  const all: Record<string, string> = {};
  for (const [name, value] of Object.entries(plain)) all[`--z-${name}`] = value;
  for (const tone of TONES) {
    for (const [name, value] of Object.entries(tones[tone])) all[`--z-${tone}-${name}`] = value;
  }
  return all;
}
