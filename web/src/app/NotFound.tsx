// An address without a page: says so, and leads back. Never guesses what was meant.
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Page } from '../pieces/Page';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('missing.title')} header={null}>
      <div className="z-alone">
        <h1>{t('missing.title')}</h1>
        <p className="z-quiet">{t('missing.why')}</p>
        <Link to="/o">{t('missing.back')}</Link>
      </div>
    </Page>
  );
}
