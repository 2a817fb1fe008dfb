// The lines of an account and who is told: typed here, judged by the server. Never compares two amounts.
import { Button, Input } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { figures } from '../../format/money';
import { MoneyInput, typed, type Typed } from '../../pieces/MoneyInput';

/** What was typed. */
export interface Lines {
  warning: Typed;
  suspend: Typed;
  contacts: { email: string; mobile: string }[];
}

/** People who are told, at most. */
const CONTACTS = 3;

/** The lines as they stand. */
export function linesOf(alert: Schemas['AlertLines'] | null, currency: string): Lines {
  const money = (text: string | undefined) => typed(text === undefined ? '' : figures(text), currency);
  const contacts = (alert?.contacts ?? []).map(({ email, mobile }) => ({ email: email ?? '', mobile: mobile ?? '' }));
  return { warning: money(alert?.warning.amount), suspend: money(alert?.suspend.amount), contacts: contacts.length > 0 ? contacts : [{ email: '', mobile: '' }] };
}

/** What is sent, once everything is typed. */
export function readyLines({ warning, suspend, contacts }: Lines): Schemas['AlertLines'] | undefined {
  const told = contacts.map(({ email, mobile }) => ({ ...(email.trim() !== '' && { email: email.trim() }), ...(mobile.trim() !== '' && { mobile: mobile.trim() }) }));
  const full = told.filter((one) => Object.keys(one).length > 0);
  if (!warning.money || !suspend.money || full.length === 0) return undefined;
  return { warning: warning.money, suspend: suspend.money, contacts: full };
}

export function AlertFields({ lines, onLines, currency }: { lines: Lines; onLines: (lines: Lines) => void; currency: string }) {
  const { t } = useTranslation();
  const contact = (at: number, change: Partial<Lines['contacts'][number]>) => onLines({ ...lines, contacts: lines.contacts.map((one, index) => (index === at ? { ...one, ...change } : one)) });
  return (
    <div className="z-flow">
      <MoneyInput label={t('accounts.lines.warningWhat')} value={lines.warning} onChange={(warning) => onLines({ ...lines, warning })} currencies={[currency]} />
      <MoneyInput label={t('accounts.lines.suspendWhat')} value={lines.suspend} onChange={(suspend) => onLines({ ...lines, suspend })} currencies={[currency]} />
      <span>{t('accounts.facts.contacts')}</span>
      {lines.contacts.map(({ email, mobile }, at) => (
        <div key={at} className="z-row">
          <Input className="z-grow" aria-label={t('accounts.lines.email', { number: at + 1 })} placeholder={t('accounts.lines.email', { number: at + 1 })} value={email} onChange={({ target }) => contact(at, { email: target.value })} />
          <Input className="z-grow" aria-label={t('accounts.lines.mobile', { number: at + 1 })} placeholder={t('accounts.lines.mobile', { number: at + 1 })} value={mobile} onChange={({ target }) => contact(at, { mobile: target.value })} />
        </div>
      ))}
      {lines.contacts.length < CONTACTS && (
        <div>
          <Button size="small" onClick={() => onLines({ ...lines, contacts: [...lines.contacts, { email: '', mobile: '' }] })}>
            {t('accounts.lines.more')}
          </Button>
        </div>
      )}
    </div>
  );
}
