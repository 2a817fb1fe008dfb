// Figures in words: name, value with its unit, range. Never leaves out one that has no word.
import { useTranslation } from 'react-i18next';
import { CHOICES, isNamed, type Name, textOf, unitOf } from './figures';

type Choices = typeof CHOICES;

/** Says figures in words. */
export function useFigureWords() {
  const { t } = useTranslation();
  const choice = (name: keyof Choices, value: string) => {
    const known: readonly string[] = CHOICES[name];
    if (!known.includes(value)) return value;
    return t(`policies.choices.${value as Choices[keyof Choices][number]}`);
  };
  const value = (name: string, given: unknown): string => {
    if (!isNamed(name)) return JSON.stringify(given);
    const unit = unitOf(name);
    const text = textOf(name, given);
    if (unit === 'choice') return choice(name as keyof Choices, text);
    if (unit === 'times') return text === '' ? t('policies.never') : text;
    if (unit === 'money' || unit === 'count') return text;
    return unit === 'percent' ? `${text} %` : t(`policies.units.${unit}`, { value: text });
  };
  return {
    name: (name: string) => (isNamed(name) ? t(`policies.figures.${name}`) : name),
    value,
    range: (name: Name, bounds: { least: number; most: number } | undefined) => {
      if (!bounds) return undefined;
      return t('policies.range', { least: textOf(name, bounds.least), most: textOf(name, bounds.most) });
    },
  };
}
