// Gives the component library its theme, its words and the word under which the page's policy lets its styles in. Names no
// colour.
import { ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useLanguage } from '../text';
import { themeOf } from '../theme/theme';
import { useShade } from './shade';

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce;

/** The library forgets the word where it measures scroll bars and locks what lies behind a dialogue: each style gets it here. */
function withWord(word: string): void {
  const make = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions) => {
    const element = make(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = word;
    return element;
  };
}
if (nonce) withWord(nonce);

export function Components({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const { shade } = useShade();
  return (
    <ConfigProvider
      locale={language === 'en' ? enUS : zhCN}
      theme={themeOf(shade)}
      wave={{ disabled: true }}
      button={{ autoInsertSpace: false }}
      // What pops up belongs to the part of the page from which it was opened.
      getPopupContainer={(opener) => opener?.closest<HTMLElement>('main, header') ?? document.body}
      {...(nonce && { csp: { nonce } })}
    >
      {children}
    </ConfigProvider>
  );
}
