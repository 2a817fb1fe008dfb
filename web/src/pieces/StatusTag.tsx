// A state: one of five colours that mean the same everywhere, and always a word. Never decides which state a thing is in.
import { useTranslation } from 'react-i18next';
import type { Tone } from '../theme/tokens';

/** Without a word of its own it says what the tone means. */
export function StatusTag({ tone, word }: { tone: Tone; word?: string | undefined }) {
  const { t } = useTranslation();
  return (
    <span className={`z-tag z-tone-${tone}`}>
      <span className="z-dot" aria-hidden="true" />
      {word ?? t(`tone.${tone}`)}
    </span>
  );
}
