// The languages: which there are, which is meant, and how it is kept. Holds no words.
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { kept, keep } from '../app/kept';
import { en } from './en';
import { zhCN } from './zh-CN';

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: typeof zhCN };
  }
}

/** A language of the console, as the server names it too. */
export type Language = 'zh-CN' | 'en';

/** All of them, the first where nothing was chosen. */
export const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];

/** Each language's catalogue. */
export const CATALOGUES = { 'zh-CN': zhCN, en };

/** A text that the server says in both languages. */
export type Text = Record<Language, string>;

const KEY = 'language';

function isLanguage(text: string | null): text is Language {
  return LANGUAGES.some((language) => language === text);
}

/** Makes the words ready, in the language that was chosen before or in this one. */
export async function begin(language?: Language): Promise<void> {
  const before = kept(KEY);
  const chosen = language ?? (isLanguage(before) ? before : 'zh-CN');
  await i18next.use(initReactI18next).init({
    lng: chosen,
    fallbackLng: false,
    supportedLngs: [...LANGUAGES],
    resources: { 'zh-CN': { translation: zhCN }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
  document.documentElement.lang = chosen;
}

/** Changes the language of everything at once, and keeps it. */
export function speak(language: Language): void {
  keep(KEY, language);
  document.documentElement.lang = language;
  void i18next.changeLanguage(language);
}

/** The language that is spoken now. */
export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return isLanguage(i18n.language) ? i18n.language : 'zh-CN';
}
