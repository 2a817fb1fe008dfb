// A statement as files that the server writes. Never makes a file of its own.
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../text';
import type { Asked } from './asking';
import { type Days, momentsOf } from './period';

export function Downloads({ asked, days }: { asked: Asked; days: Days }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { code, environment, programme } = asked;
  const of = (format: string) => `/api/v1/merchants/${encodeURIComponent(code)}/statement?${new URLSearchParams({ environment, programme, ...momentsOf(days), lang: language, ...(format === 'csv' && { format }) }).toString()}`;
  return (
    <>
      {(['csv', 'json'] as const).map((format) => (
        <Button key={format} href={of(format)} download={`${code}-${days.from}-${days.to}.${format}`}>
          {t(`accounts.statement.${format}`)}
        </Button>
      ))}
    </>
  );
}
