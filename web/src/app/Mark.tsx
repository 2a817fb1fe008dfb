// The product's name with its mark. Holds no text of its own.
import { useTranslation } from 'react-i18next';

export function Mark() {
  const { t } = useTranslation();
  return (
    <span className="z-mark">
      <img src="/favicon.svg" alt="" width={24} height={24} />
      <strong>{t('product')}</strong>
      <span className="z-quiet">{t('console')}</span>
    </span>
  );
}
