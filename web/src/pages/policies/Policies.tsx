// The figures in force, versions that wait or are to come, and what other lines would have done. Repeats no rule: ranges and
// refusals are the server's.
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Page } from '../../pieces/Page';
import { DryRun } from './DryRun';
import { InForce } from './InForce';
import { Propose } from './Propose';
import { Versions } from './Versions';

const TABS = ['now', 'versions', 'dry'] as const;

export function Policies() {
  const { t } = useTranslation();
  const search = useSearch({ from: '/o/policies' });
  const navigate = useNavigate();
  const [isProposing, setProposing] = useState(false);
  const tab = TABS.find((one) => one === search.tab) ?? 'now';
  const to = (next: Record<string, string>) => void navigate({ to: '/o/policies', search: next });
  return (
    <Page
      title={t('policies.title')}
      lead={t('policies.lead')}
      actions={
        <Button type="primary" onClick={() => setProposing(true)}>
          {t('policies.propose')}
        </Button>
      }
    >
      <div className="z-row">
        <Segmented aria-label={t('policies.title')} value={tab} options={TABS.map((value) => ({ value, label: t(`policies.tabs.${value}`) }))} onChange={(value) => to(value === 'now' ? {} : { tab: value })} />
      </div>
      {tab === 'now' && <InForce at={search.at} onAt={(at) => to(at === undefined ? {} : { at })} />}
      {tab === 'versions' && <Versions search={search} onSearch={(next) => to({ tab, ...next })} />}
      {tab === 'dry' && <DryRun search={search} onSearch={(next) => to({ tab, ...next })} />}
      {isProposing && (
        <Propose
          onClose={() => setProposing(false)}
          onDone={(version) => {
            setProposing(false);
            to({ tab: 'versions', version });
          }}
        />
      )}
    </Page>
  );
}
