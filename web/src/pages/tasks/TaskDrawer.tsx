// One thing that could not follow: why, what it is about, and what a person may do. Never retries or drops one by itself.
import { Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { saidOf, useGive } from '../../api/act';
import type { Schemas } from '../../api/client';
import { useObject } from '../../api/live';
import { Problem, textOf } from '../../api/problem';
import { Amount } from '../../pieces/Amount';
import { CaseDrawer } from '../../pieces/CaseDrawer';
import { CodeInput } from '../../pieces/CodeInput';
import { DecisionPanel, type Action } from '../../pieces/DecisionPanel';
import { Facts } from '../../pieces/Facts';
import { Moment } from '../../pieces/Moment';
import { figureName } from '../../pieces/ProblemAlert';
import { useLanguage } from '../../text';
import { About, namesOf } from './About';
import type { Stuck } from './lists';

interface Given {
  id: string | undefined;
  rows: readonly Stuck[];
  environment: Schemas['Environment'];
  said: string | undefined;
  onOpen: (id: string) => void;
  onClose: () => void;
  onDone: (id: string, said: string) => void;
}

export function TaskDrawer({ id, rows, environment, said, onOpen, onClose, onDone }: Given) {
  const { t } = useTranslation();
  const language = useLanguage();
  const one = rows.find((row) => row.id === id);
  const title = one ? (one.refusal ? textOf(one.refusal.why, language) : t('tasks.givenUp')) : t('tasks.gone');
  return (
    <CaseDrawer id={id} title={title} queue={rows.map((row) => row.id)} onOpen={onOpen} onClose={onClose} said={said}>
      {one ? <Case key={one.id} one={one} environment={environment} onDone={(what) => onDone(one.id, what)} /> : <p className="z-quiet">{t('tasks.goneWhy')}</p>}
    </CaseDrawer>
  );
}

function Case({ one, environment, onDone }: { one: Stuck; environment: Schemas['Environment']; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { refusal } = one;
  return (
    <div className="z-case-columns">
      <section aria-labelledby="case-facts">
        <h3 id="case-facts">{t(`tasks.kind.${one.tab}`)}</h3>
        <Facts
          isNarrow
          facts={[
            [t('tasks.at'), <Moment key="at" at={one.at} />],
            [t('tasks.command'), <code key="command">{one.command}</code>],
            [t('tasks.rule'), refusal?.rule],
            [t('tasks.code'), refusal && <code>{refusal.code}</code>],
            [t('tasks.attempts'), one.attempts === undefined ? undefined : String(one.attempts)],
            [t('tasks.id'), <code key="id">{one.id}</code>],
          ]}
        />
      </section>
      <section aria-labelledby="case-why">
        <h3 id="case-why">{t('tasks.cure')}</h3>
        {refusal && <p>{textOf(refusal.cure, language)}</p>}
        {one.error !== undefined && <p className="z-reason z-tone-stopped">{one.error}</p>}
        {refusal && refusal.figures.length > 0 && <Facts facts={refusal.figures.map(({ name, value }) => [figureName(name, t), value] as const)} />}
        <h3>{t('tasks.about')}</h3>
        <About input={one.input} />
        <ChannelOrder id={namesOf(one.input).channel_order} />
        <details className="z-later">
          <summary>{t('tasks.input')}</summary>
          <pre className="z-input">{JSON.stringify(one.input, null, 2)}</pre>
        </details>
      </section>
      <div className="z-case-decision">
        <Actions one={one} environment={environment} onDone={onDone} />
      </div>
    </div>
  );
}

function ChannelOrder({ id }: { id: string | undefined }) {
  const { t } = useTranslation();
  const { data } = useObject('/api/v1/channel-orders', 'channel_order', id);
  if (!data) return null;
  const { stage, total, state, updated_at } = data.record;
  return (
    <Facts
      facts={[
        [t('tasks.stage'), <code key="stage">{stage}</code>],
        [t('tasks.standing'), <code key="state">{state.name}</code>],
        [t('tasks.total'), total && <Amount money={total} />],
        [t('tasks.told'), <Moment key="at" at={updated_at} />],
      ]}
    />
  );
}

function Actions({ one, environment, onDone }: { one: Stuck; environment: Schemas['Environment']; onDone: (said: string) => void }) {
  const { t } = useTranslation();
  const give = useGive();
  const [dropping, setDropping] = useState('');
  const [accepting, setAccepting] = useState('');
  const order = useObject('/api/v1/channel-orders', 'channel_order', namesOf(one.input).channel_order).data;
  const { id, partition } = one;
  const retry = { label: t('tasks.retry'), isMain: one.tab !== 'tasks' || !order, refused: one.allowed.find(({ command }) => command.startsWith('engine.retry'))?.refusal ?? undefined };
  const tried = async (asked: Promise<Schemas['RetryReply'] | null>) => {
    const reply = await asked;
    // It stays with the new reason: shown here, where it was tried.
    if (reply?.refusal && !reply.done) throw new Problem(422, reply.refusal);
    onDone(t('tasks.done.retried'));
  };
  const actions: Action[] = [];
  const accept = order && saidOf(order.allowed, 'orders.accept');
  if (order && accept) {
    actions.push({
      command: 'orders.accept',
      label: t('tasks.accept'),
      isMain: true,
      refused: accept.refused,
      fields: !accept.refused && <Words label={t('tasks.acceptWhy')} value={accepting} onValue={setAccepting} />,
      needs: accepting.trim() === '' ? t('tasks.needs') : undefined,
      consequence: <p>{t('tasks.acceptWill', { order: order.record.channel_order_id })}</p>,
      onDo: async () => {
        await give('orders.accept', { environment, merchant: order.record.merchant, channel_order: order.id, reason: accepting.trim() });
        onDone(t('tasks.done.accepted', { order: order.record.channel_order_id }));
      },
    });
  }
  if (one.tab === 'tasks') {
    actions.push({ ...retry, command: 'engine.retry_parked', consequence: <p>{t('tasks.retryWill', { command: one.command })}</p>, onDo: () => tried(give('engine.retry_parked', { parked: id, partition })) });
    actions.push({
      command: 'engine.drop_parked',
      label: t('tasks.drop'),
      isDanger: true,
      refused: saidOf(one.allowed, 'engine.drop_parked')?.refused,
      fields: <CodeInput label={t('tasks.dropWhy')} hint={t('tasks.dropHint')} value={dropping} onValue={setDropping} often={CODES} letters={64} />,
      needs: dropping.trim() === '' ? t('tasks.needs') : undefined,
      consequence: <p>{t('tasks.dropWill', { command: one.command })}</p>,
      onDo: async () => {
        await give('engine.drop_parked', { parked: id, partition, reason: dropping.trim() });
        onDone(t('tasks.done.dropped'));
      },
    });
  } else if (one.tab === 'effects') {
    actions.push({ ...retry, command: 'engine.retry_effect', onDo: () => tried(give('engine.retry_effect', { effect: id, partition })) });
  } else {
    actions.push({ ...retry, command: 'engine.retry_timer', onDo: () => tried(give('engine.retry_timer', { timer: id, partition })) });
  }
  return <DecisionPanel actions={actions} />;
}

/** What is often meant; any other code may be typed. */
const CODES = ['done_by_hand', 'not_wanted', 'known_and_settled'];

function Words({ label, value, onValue }: { label: string; value: string; onValue: (value: string) => void }) {
  const id = useId();
  return (
    <div className="z-field">
      <label htmlFor={id}>{label}</label>
      <Input.TextArea id={id} rows={2} maxLength={500} value={value} onChange={({ target }) => onValue(target.value)} />
    </div>
  );
}
