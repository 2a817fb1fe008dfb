// One withdrawal: where the money goes, who agreed, how far the payment is, and what may be done. Never pays by itself.
import { Link } from '@tanstack/react-router';
import { Skeleton } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useEvents, type Happened } from '../../api/events';
import { useObject } from '../../api/live';
import { useActorName } from '../../pieces/actor';
import { Amount } from '../../pieces/Amount';
import { CaseDrawer } from '../../pieces/CaseDrawer';
import { Facts } from '../../pieces/Facts';
import { Deadline, Moment } from '../../pieces/Moment';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StatusTag } from '../../pieces/StatusTag';
import { Timeline } from '../../pieces/Timeline';
import { CATALOGUES } from '../../text';
import { useAccountName } from '../bank/known';
import { Actions } from './Actions';
import { toneOf, whyOf, type Withdrawal } from './states';

interface Given {
  id: string | undefined;
  queue: readonly string[];
  said: string | undefined;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDone: (id: string, said: string) => void;
}

export function WithdrawalDrawer({ id, queue, said, onOpen, onClose, onDone }: Given) {
  const { t } = useTranslation();
  const object = useObject('/api/v1/withdrawals', 'withdrawal', id);
  const record = object.data?.record;
  const title = record ? (
    <>
      <Amount money={record.amount} flow="expense" /> {record.to.holder} <StatusTag tone={toneOf(record.state.name)} word={t(`withdrawals.state.${record.state.name}`)} />
    </>
  ) : (
    t('withdrawals.case')
  );
  return (
    <CaseDrawer id={id} title={title} queue={queue} onOpen={onOpen} onClose={onClose} said={said}>
      {object.error && <ProblemAlert error={object.error} onRetry={() => void object.refetch()} />}
      {object.isPending && id !== undefined && !object.error && <Skeleton active={false} paragraph={{ rows: 6 }} />}
      {object.data && <Case key={object.data.id} object={object.data} onDone={(what) => onDone(object.data.id, what)} />}
    </CaseDrawer>
  );
}

function Case({ object: { record, allowed, environment }, onDone }: { object: Schemas['WithdrawalObject']; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const account = useObject('/api/v1/prepaid-accounts', 'prepaid_account', record.account);
  const merchant = useObject('/api/v1/merchants', 'merchant', account.data?.record.merchant);
  const actorName = useActorName();
  const why = whyOf(record, t, actorName);
  return (
    <div className="z-case-columns">
      <section aria-labelledby="case-facts">
        <h3 id="case-facts">{t('withdrawals.facts')}</h3>
        <Facts
          isNarrow
          facts={[
            [
              t('withdrawals.merchant'),
              merchant.data && (
                <Link to="/o/accounts/$code" params={{ code: merchant.data.record.code }}>
                  {merchant.data.record.name}
                </Link>
              ),
            ],
            [t('withdrawals.requested'), <Moment key="at" at={record.requested_at} />],
            [t('withdrawals.maker'), actorName(record.maker)],
            [t('withdrawals.holder'), record.to.holder],
            [t('withdrawals.bank'), record.to.bank],
            [t('withdrawals.cardNumber'), <code key="card">{record.to.account_no}</code>],
            [t('withdrawals.firstUse'), record.first_use && t('withdrawals.firstUseSays')],
            [t('withdrawals.number'), <code key="id">{record.id}</code>],
          ]}
        />
      </section>
      <section aria-labelledby="case-progress">
        <h3 id="case-progress">{t('withdrawals.progress')}</h3>
        {why !== '' && <p className={`z-reason z-tone-${toneOf(record.state.name)}`}>{why}</p>}
        {record.state.name === 'sent' && (
          <p>
            {t('withdrawals.answerBy')} <Deadline at={record.state.answer_by} />
          </p>
        )}
        {record.state.name === 'returned' && (
          <p>
            <Link to="/o/bank-lines" search={{ tab: 'in_review', line: record.state.line }}>
              {t('withdrawals.toLine')}
            </Link>
          </p>
        )}
        {record.evidence !== '' && <p className="z-quiet">{t('bank.evidenceIs', { evidence: record.evidence })}</p>}
        <Checks withdrawal={record} />
        {record.payment && <Payment id={record.payment} failures={record.failures} />}
        <h3>{t('withdrawals.history')}</h3>
        <History id={record.id} />
      </section>
      <div className="z-case-decision">
        {account.error && <ProblemAlert error={account.error} onRetry={() => void account.refetch()} />}
        {account.data && (
          <Actions
            withdrawal={record}
            environment={environment}
            allowed={allowed}
            merchant={account.data.record.merchant}
            merchantName={merchant.data?.record.name ?? record.to.holder}
            onDone={onDone}
          />
        )}
      </div>
    </div>
  );
}

/** Who has agreed, and whose word is missing. */
function Checks({ withdrawal: { approvals, needs_finance: needsFinance, state } }: { withdrawal: Withdrawal }) {
  const { t } = useTranslation();
  const actorName = useActorName();
  const roles = needsFinance ? (['operations', 'finance'] as const) : (['operations'] as const);
  return (
    <>
      <h3>{t('withdrawals.checks')}</h3>
      <ul className="z-items">
        {roles.map((role) => {
          const given = approvals.find((approval) => approval.role === role);
          const isMissing = !given && state.name === 'requested';
          return (
            <li key={role}>
              <StatusTag tone={given ? 'done' : isMissing ? 'you' : 'nothing'} word={t(given ? 'withdrawals.agreed' : isMissing ? 'withdrawals.missing' : 'withdrawals.notAsked')} />
              <span className="z-grow">{t(`withdrawals.role.${role}`)}</span>
              {given && (
                <>
                  <span>{actorName(given.actor)}</span> <Moment at={given.at} />
                </>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Payment({ id, failures }: { id: string; failures: Withdrawal['failures'] }) {
  const { t } = useTranslation();
  const accountName = useAccountName();
  const payment = useObject('/api/v1/payments', 'payment', id);
  const record = payment.data?.record;
  return (
    <>
      <h3>{t('withdrawals.payment')}</h3>
      {payment.error && <ProblemAlert error={payment.error} onRetry={() => void payment.refetch()} />}
      {record && (
        <Facts
          facts={[
            [t('withdrawals.paymentState'), record.state.name === 'new' ? undefined : t(`bank.standing.${record.state.name}`)],
            [t('withdrawals.from'), accountName(record.account)],
            [t('withdrawals.attempt'), String(record.attempt)],
            [t('withdrawals.file'), 'file' in record.state && <code>{record.state.file}</code>],
            [t('withdrawals.line'), 'line' in record.state && <LineLink id={record.state.line} />],
            [t('withdrawals.number'), <code key="id">{record.id}</code>],
          ]}
        />
      )}
      {failures.map(({ payment: failed, code, text, at }) => (
        <p key={failed} className="z-reason z-tone-stopped">
          {t('withdrawals.failedWith', { code, text })} <Moment at={at} />
        </p>
      ))}
    </>
  );
}

function LineLink({ id }: { id: string }) {
  return (
    <Link to="/o/bank-lines" search={{ tab: 'all', line: id }}>
      <code>{id}</code>
    </Link>
  );
}

type Type = keyof (typeof CATALOGUES)['en']['withdrawals']['event'];

function isKnown(type: string): type is Type {
  return Object.hasOwn(CATALOGUES.en.withdrawals.event, type);
}

const GOOD: readonly string[] = ['approval_given', 'approved', 'paid', 'given_back', 'reversed'];
const BAD: readonly string[] = ['failed', 'rejected', 'returned', 'card_changed', 'timed_out'];

function History({ id }: { id: string }) {
  const { t } = useTranslation();
  const actorName = useActorName();
  const events = useEvents('withdrawal', id);
  if (events.error) return <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />;
  if (!events.data) return <Skeleton active={false} title={false} paragraph={{ rows: 3 }} />;
  const detail = ({ event }: Happened) => {
    if (event.role === 'operations' || event.role === 'finance') return t(`withdrawals.role.${event.role}`);
    if (typeof event.reason === 'string') return <code>{event.reason}</code>;
    if (typeof event.code === 'string') return <code>{event.code}</code>;
    if (typeof event.payment === 'string') return <code>{event.payment}</code>;
    return undefined;
  };
  return (
    <Timeline
      happenings={events.data.map((one) => {
        const { type } = one.event;
        return {
          key: one.id,
          at: one.at,
          actor: actorName(one.actor),
          what: isKnown(type) ? t(`withdrawals.event.${type}`) : type,
          detail: detail(one),
          tone: GOOD.includes(type) ? ('done' as const) : BAD.includes(type) ? ('stopped' as const) : ('us' as const),
        };
      })}
    />
  );
}
