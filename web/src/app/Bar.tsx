// Language and theme, wherever one is; both hold until they are changed. Never changes anything on the server.
import { Button, Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import { CATALOGUES, LANGUAGES, speak, useLanguage } from '../text';
import { CHOICES, useShade } from './shade';

export function LanguageAndTheme() {
  const { t } = useTranslation();
  const language = useLanguage();
  const { choice, choose } = useShade();
  const other = LANGUAGES.find((one) => one !== language) ?? language;
  const items = CHOICES.map((key) => ({ key, label: t(`shade.${key}`) }));
  return (
    <>
      <Button type="text" lang={other} onClick={() => speak(other)}>
        {CATALOGUES[other].language.name}
      </Button>
      <Dropdown trigger={['click']} menu={{ items, selectable: true, selectedKeys: [choice], onClick: ({ key }) => choose(CHOICES.find((one) => one === key) ?? 'system') }}>
        <Button type="text">{t('shade.change')}</Button>
      </Dropdown>
    </>
  );
}
