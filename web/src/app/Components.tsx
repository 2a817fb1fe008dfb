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

export function Components({ children }: { children: ReactNode }) {
  const language = useLanguage();
  const { shade } = useShade();
  return (
    <ConfigProvider locale={language === 'en' ? enUS : zhCN} theme={themeOf(shade)} wave={{ disabled: true }} button={{ autoInsertSpace: false }} {...(nonce && { csp: { nonce } })}>
      {children}
    </ConfigProvider>
  );
}
