// Tests of the colours: what is written can be read, in both shades (WCAG 2.2 AA). Never looks at a page.
import { expect, test } from 'vitest';
import { PALETTES, TONES, type Shade } from './tokens';

function light(colour: string): number {
  const part = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}

function contrast(one: string, other: string): number {
  const [less, more] = [light(one), light(other)].sort((a, b) => a - b) as [number, number];
  return (more + 0.05) / (less + 0.05);
}

test.each(['light', 'dark'] satisfies Shade[])('what is written in %s can be read', (shade) => {
  const palette = PALETTES[shade];
  for (const paper of [palette.ground, palette.surface, palette.raised]) {
    for (const ink of [palette.text, palette.quiet, palette.accentText, palette.income, palette.expense]) {
      expect(contrast(ink, paper), `${ink} on ${paper}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  expect(contrast(palette.edge, palette.surface)).toBeGreaterThanOrEqual(3);
  expect(contrast('#ffffff', palette.accent)).toBeGreaterThanOrEqual(4.5);
  expect(contrast(palette.accentText, palette.accentPaper)).toBeGreaterThanOrEqual(4.5);
  for (const tone of TONES) {
    const { ink, paper } = palette.tones[tone];
    expect(contrast(ink, paper), tone).toBeGreaterThanOrEqual(4.5);
  }
});
