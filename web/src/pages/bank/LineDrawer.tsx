// One bank line: its facts, what it may belong to, and the decision. Never matches anything by itself.
import { Skeleton } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useEvents } from '../../api/events';
import { useObject } from '../../api/live';
import { textOf } from '../../api/problem';
import { useActorName } from '../../pieces/actor';
import { Amount } from '../../pieces/Amount';
import { CaseDrawer } from '../../pieces/CaseDrawer';
import { Facts } from '../../pieces/Facts';
import { ProblemAlert } from '../../pieces/ProblemAlert';
import { StatusTag } from '../../pieces/StatusTag';
import { Timeline } from '../../pieces/Timeline';
import { CATALOGUES, useLanguage } from '../../text';
import { useCandidates } from './candidates';
import { Candidates } from './Candidates';
import type { Choice } from './choice';
import { Deciding } from './Deciding';
import { useAccountName } from './known';
import { toneOf, whyOf, type Line, type LineState } from './states';

interface Given {
  id: string | undefined;
  queue: readonly string[];
  said: string | undefined;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDone: (id: string, said: string) => void;
}

export function LineDrawer({ id, queue, said, onOpen, onClose, onDone }: Given) {
  const { t } = useTranslation();
  const line = useObject('/api/v1/bank-lines', 'bank_line', id);
  const record = line.data?.record;
  const title = record ? (
    <>
      <Amount money={record.amount} flow={record.credit ? 'income' : 'expense'} /> {record.payer_name || t('bank.noParty')}{' '}
      <StatusTag tone={toneOf(record.state.name)} word={t(`bank.state.${record.state.name}`)} />
    </>
  ) : (
    t('bank.case')
  );
  return (
    <CaseDrawer id={id} title={title} queue={queue} onOpen={onOpen} onClose={onClose} said={said}>
      {line.error && <ProblemAlert error={line.error} onRetry={() => void line.refetch()} />}
      {line.isPending && id !== undefined && !line.error && <Skeleton active={false} paragraph={{ rows: 6 }} />}
      {line.data && <Case key={line.data.id} object={line.data} onDone={(what) => onDone(line.data.id, what)} />}
    </CaseDrawer>
  );
}

function Case({ object: { record: line, allowed, environment }, onDone }: { object: Schemas['BankLineObject']; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const accountName = useAccountName();
  const actorName = useActorName();
  const found = useCandidates(line.id);
  const [choice, setChoice] = useState<Choice>();
  const [own, setOwn] = useState<string>();
  const candidates = found.data?.candidates ?? [];
  const { state } = line;
  const isWaiting = toneOf(state.name) === 'you';
  const said = found.data?.reasons.map(({ text }) => textOf(text, language)) ?? [];
  const why = said.length > 0 && state.name !== 'proposed' ? said : whyOf(line, { t, language, accountName, actorName });
  return (
    <div className="z-case-columns">
      <section aria-labelledby="case-facts">
        <h3 id="case-facts">{t('bank.facts')}</h3>
        <LineFacts line={line} />
        <h3>{t('bank.history')}</h3>
        <History line={line.id} />
      </section>
      <section aria-labelledby="case-candidates">
        <h3 id="case-candidates">{t(isWaiting ? 'bank.mayBe' : 'bank.is')}</h3>
        <ul className="z-reasons">
          {why.map((reason) => (
            <li key={reason} className={`z-reason z-tone-${toneOf(state.name)}`}>
              {reason}
            </li>
          ))}
        </ul>
        {line.decided && <p className="z-quiet">{t('bank.evidenceIs', { evidence: line.decided.evidence })}</p>}
        {found.error && <ProblemAlert error={found.error} onRetry={() => void found.refetch()} />}
        {found.isPending && isWaiting && <Skeleton active={false} title={false} paragraph={{ rows: 4 }} />}
        {found.data && isWaiting && (
          <Candidates line={line} candidates={candidates} choice={choice} onChoice={setChoice} own={own} onOwn={setOwn} isClosed={state.name === 'proposed'} proposed={proposedIn(state)} />
        )}
      </section>
      <div className="z-case-decision">
        <Deciding line={line} environment={environment} allowed={allowed} candidates={candidates} choice={choice} own={own} onDone={onDone} />
      </div>
    </div>
  );
}

/** What a standing proposal is about. */
function proposedIn(state: LineState): string | undefined {
  if (state.name !== 'proposed') return undefined;
  if (state.decision.name === 'match') return state.decision.top_up;
  return state.decision.name === 'withdrawal_returned' ? state.decision.withdrawal : undefined;
}

function LineFacts({ line }: { line: Line }) {
  const { t } = useTranslation();
  const accountName = useAccountName();
  const code = (text: string | undefined) => text && <code>{text}</code>;
  return (
    <Facts
      isNarrow
      facts={[
        [t('bank.party'), line.payer_name],
        [t('bank.partyAccount'), code(line.payer_account)],
        [t('bank.remark'), line.remark],
        [t('bank.booked'), line.booking_date],
        [t('bank.value'), line.value_date !== line.booking_date && line.value_date],
        [t('bank.account'), `${accountName(line.account)} · ${t(line.client_money ? 'bank.clientMoney' : 'bank.ownMoney')}`],
        [t('bank.reference'), code(line.bank_reference)],
        [t('bank.endToEnd'), code(line.end_to_end)],
        [t('bank.returnOf'), code(line.return_of)],
        [t('bank.reversal'), line.reversal && t('bank.isReversal')],
        [t('bank.statement'), t('bank.statementPlace', { statement: line.statement, ordinal: line.ordinal })],
        [t('bank.number'), code(line.id)],
      ]}
    />
  );
}

function History({ line }: { line: string }) {
  const { t } = useTranslation();
  const actorName = useActorName();
  const events = useEvents('bank_line', line);
  if (events.error) return <ProblemAlert error={events.error} onRetry={() => void events.refetch()} />;
  if (!events.data) return <Skeleton active={false} title={false} paragraph={{ rows: 2 }} />;
  return (
    <Timeline
      happenings={events.data.map(({ id, at, actor, event: { type } }) => ({
        key: id,
        at,
        actor: actorName(actor),
        what: isState(type) ? t(`bank.state.${type}`) : type,
        ...(isState(type) && { tone: toneOf(type) }),
      }))}
    />
  );
}

const STATES: readonly string[] = Object.keys(CATALOGUES.en.bank.state);

function isState(type: string): type is LineState['name'] {
  return STATES.includes(type);
}
