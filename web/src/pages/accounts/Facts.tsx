// What is agreed about an account: its lines, its card, its company, who is told. Shows what the records say and
// nothing else.
import { useTranslation } from 'react-i18next';
import { Amount } from '../../pieces/Amount';
import { Moment } from '../../pieces/Moment';
import { Section } from '../../pieces/Page';
import type { OfAccount } from './asking';

const REASONS = ['legal_hold', 'binding_lost', 'name_change', 'card_returned'] as const;

export function Facts({ of: { standing, object } }: { of: OfAccount }) {
  const { t } = useTranslation();
  const { lines, restriction, alarm, breaker } = standing;
  const { record } = object;
  const card = record.wire_account;
  const reason = REASONS.find((code) => code === restriction?.reason);
  const contacts = (record.alert?.contacts ?? []).flatMap(({ email, mobile }) => [email, mobile].filter((one) => one !== null && one !== undefined));
  return (
    <Section title={t('accounts.facts.title')}>
      <dl className="z-facts-grid">
        {restriction && (
          <div>
            <dt>{t('accounts.facts.restricted')}</dt>
            <dd>
              {reason ? t(`accounts.reason.${reason}`) : restriction.reason} · {t(`accounts.stage.${restriction.stage}`)}
            </dd>
          </div>
        )}
        {lines &&
          (['warning', 'suspend', 'resume', 'floor'] as const).map((name) => (
            <div key={name}>
              <dt>{t(`accounts.lines.${name}`)}</dt>
              <dd>
                <Amount money={lines[name === 'resume' ? 'resume_above' : name]} />
              </dd>
            </div>
          ))}
        {alarm && (
          <div>
            <dt>{t('accounts.facts.alarm')}</dt>
            <dd>
              <Moment at={alarm.since} />
            </dd>
          </div>
        )}
        {breaker.recheck_at !== null && (
          <div>
            <dt>{t('accounts.facts.recheck')}</dt>
            <dd>
              <Moment at={breaker.recheck_at} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t('accounts.facts.company')}</dt>
          <dd>{record.company}</dd>
        </div>
        {card && (
          <div>
            <dt>{t('accounts.facts.card')}</dt>
            <dd>
              {card.bank} {card.account_no}
            </dd>
          </div>
        )}
        <div>
          <dt>{t('accounts.facts.contacts')}</dt>
          <dd>{contacts.length === 0 ? t('accounts.facts.nobody') : contacts.join(', ')}</dd>
        </div>
        <div>
          <dt>{t('accounts.id')}</dt>
          <dd>
            <code>{record.id}</code>
          </dd>
        </div>
      </dl>
    </Section>
  );
}
