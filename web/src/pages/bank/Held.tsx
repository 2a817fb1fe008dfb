// Statements that wait for the one before them: what is missing, what cures it, and what a person may do instead. Never books one.
import { useQuery } from '@tanstack/react-query';
import { Button, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import { page, type Schemas } from '../../api/client';
import { about } from '../../api/live';
import { usePlace } from '../../app/place';
import { spoken } from '../../format/money';
import { Amount } from '../../pieces/Amount';
import { DecisionPanel } from '../../pieces/DecisionPanel';
import { Facts } from '../../pieces/Facts';
import { Moment } from '../../pieces/Moment';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StatusTag } from '../../pieces/StatusTag';
import { useAccountName, useBankAccounts } from './known';

type Statement = Schemas['HeldStatementObject'];

/** More than that at once is a matter of imports, not of people. */
const SHOWN = 10;

export function Held() {
  const { t } = useTranslation();
  const { environment } = usePlace();
  const [open, setOpen] = useState<string>();
  const held = useQuery({
    queryKey: about(['held_statement'], 'held', environment),
    queryFn: ({ signal }) => page('/api/v1/held-statements', { environment, state: 'held', limit: SHOWN }, signal),
  });
  if (held.error) return <ProblemAlert error={held.error} onRetry={() => void held.refetch()} />;
  const rows = held.data?.rows ?? [];
  if (rows.length === 0) return null;
  const opened = rows.find(({ id }) => id === open);
  return (
    <section className="z-held z-tone-you" aria-label={t('bank.held.title')}>
      <ul className="z-items">
        {rows.map((one) => (
          <li key={one.id}>
            <StatusTag tone="you" word={t('bank.held.waits')} />
            <div className="z-grow">
              <Cause statement={one.record} />
            </div>
            <Button onClick={() => setOpen(one.id)}>{t('bank.held.decide')}</Button>
          </li>
        ))}
      </ul>
      {held.data?.next_after && <p className="z-quiet">{t('bank.held.more', { count: SHOWN })}</p>}
      <Modal open={opened !== undefined} title={t('bank.held.title')} footer={null} destroyOnHidden onCancel={() => setOpen(undefined)} width={640}>
        {opened && <Deciding object={opened} onDone={() => setOpen(undefined)} />}
      </Modal>
    </section>
  );
}

/** What is missing, and what cures it. */
function Cause({ statement: { account, draft, opening, expected_opening } }: { statement: Schemas['HeldStatement'] }) {
  const { t } = useTranslation();
  const accountName = useAccountName();
  const last = useBankAccounts().find(({ id }) => id === account)?.last_statement;
  return (
    <>
      <p>
        {t('bank.held.cause', { account: accountName(account), name: draft.statement_id, day: draft.from, opening: spoken(opening), expected: spoken(expected_opening) })}
      </p>
      <p className="z-quiet">
        {last ? t('bank.held.cureAfter', { name: last.statement_id, day: last.to }) : t('bank.held.cure')}
      </p>
    </>
  );
}

function Deciding({ object: { record, allowed, environment }, onDone }: { object: Statement; onDone: () => void }) {
  const { t } = useTranslation();
  const give = useGive();
  const id = useId();
  const accountName = useAccountName();
  const [reason, setReason] = useState('');
  const why = reason.trim();
  const needs = why === '' ? t('bank.needs.reason') : undefined;
  const body = { environment, bank_account: record.account, held: record.id, reason: why };
  const { draft } = record;
  return (
    <div className="z-flow">
      <Cause statement={record} />
      <Facts
        facts={[
          [t('bank.account'), accountName(record.account)],
          [t('bank.held.period'), t('bank.held.fromTo', { from: draft.from, to: draft.to })],
          [t('bank.held.expected'), <Amount key="expected" money={record.expected_opening} />],
          [t('bank.held.opening'), <Amount key="opening" money={record.opening} />],
          [t('bank.held.lines'), String(draft.lines.length)],
          [t('bank.held.since'), <Moment key="since" at={record.held_at} />],
        ]}
      />
      <div className="z-field">
        <label htmlFor={id}>{t('bank.held.reason')}</label>
        <Input.TextArea id={id} rows={2} maxLength={500} value={reason} onChange={({ target }) => setReason(target.value)} />
      </div>
      <DecisionPanel
        actions={[
          {
            command: 'bank.take_held_anyway',
            label: t('bank.held.take'),
            refused: saidOf(allowed, 'bank.take_held_anyway')?.refused,
            needs,
            consequence: <p>{t('bank.held.takeWill', { count: draft.lines.length, opening: spoken(record.opening), expected: spoken(record.expected_opening) })}</p>,
            onDo: async () => {
              await give('bank.take_held_anyway', body);
              onDone();
            },
          },
          {
            command: 'bank.drop_held_statement',
            label: t('bank.held.drop'),
            isDanger: true,
            refused: saidOf(allowed, 'bank.drop_held_statement')?.refused,
            needs,
            consequence: <p>{t('bank.held.dropWill', { count: draft.lines.length })}</p>,
            onDo: async () => {
              await give('bank.drop_held_statement', body);
              onDone();
            },
          },
        ]}
      />
    </div>
  );
}
