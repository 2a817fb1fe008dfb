// Every piece in each of its states, for whoever changes one: a page of development builds and tests. Never part of a release.
import { Button } from 'antd';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LanguageAndTheme } from '../app/Bar';
import { peopleQuery } from '../api/session';
import { Mark } from '../app/Mark';
import { moment } from '../format/time';
import { spoken } from '../format/money';
import { Amount } from '../pieces/Amount';
import { CaseDrawer } from '../pieces/CaseDrawer';
import { CodeInput } from '../pieces/CodeInput';
import { CopyText } from '../pieces/CopyText';
import { DecisionPanel, type Action } from '../pieces/DecisionPanel';
import { EmptyState } from '../pieces/EmptyState';
import { Facts } from '../pieces/Facts';
import { Deadline } from '../pieces/Moment';
import { MoneyInput, typed } from '../pieces/MoneyInput';
import { ObjectHeader, Page, Section } from '../pieces/Page';
import { ProblemAlert } from '../pieces/ProblemAlert';
import { QueryTable, type Column } from '../pieces/QueryTable';
import { StatusTag } from '../pieces/StatusTag';
import { StepFlow } from '../pieces/StepFlow';
import { Timeline } from '../pieces/Timeline';
import { useLanguage } from '../text';
import { TONES } from '../theme/tokens';
import { More } from './More';
import { cny, NOW, problems, refused, sampleList, words, type Sample } from './samples';

type Words = (typeof words)['en'];

export function Gallery() {
  const client = useQueryClient();
  // Nobody is asked who is behind an id.
  useState(() => client.setQueryData(peopleQuery.queryKey, new Map()));
  const { t } = useTranslation();
  const word = words[useLanguage()];
  return (
    <div>
      <header className="z-bar">
        <Mark />
        <span className="z-fill" />
        <LanguageAndTheme />
      </header>
      <main className="z-gallery-page">
        <Page title={t('gallery.title')}>
          <div className="z-gallery">
            <Small word={word} />
            <Deciding word={word} />
            <Cases word={word} />
            <Flow word={word} />
            <Copied word={word} />
            <Lists word={word} />
            <More />
          </div>
        </Page>
      </main>
    </div>
  );
}

function Cases({ word }: { word: Words }) {
  const [code, setCode] = useState('');
  const [open, setOpen] = useState<string>();
  const facts = [
    [word.order, 'SO-2026-1'],
    [word.merchant, word.name],
    [word.status, undefined],
  ] as const;
  return (
    <>
      <Section title={word.pieces.facts}>
        <Facts facts={facts} />
        <Facts isNarrow facts={facts} />
      </Section>
      <Section title={word.pieces.code}>
        <CodeInput label={word.status} hint={word.detail} value={code} onValue={setCode} often={['wrong_card', 'asked_by_merchant']} letters={35} />
      </Section>
      <Section title={word.pieces.caseDrawer}>
        <p>
          <Button onClick={() => setOpen('SO-2026-1')}>{word.open}</Button>
        </p>
        <CaseDrawer id={open} title={open} queue={['SO-2026-1', 'SO-2026-2', 'SO-2026-3']} said={word.happened} onOpen={setOpen} onClose={() => setOpen(undefined)}>
          <Facts facts={facts} />
        </CaseDrawer>
      </Section>
    </>
  );
}

function Wide({ children }: { children: ReactNode }) {
  return <div className="z-wide">{children}</div>;
}

function Small({ word }: { word: Words }) {
  const [money, setMoney] = useState(() => typed('1,234.50', 'CNY'));
  const [wrong, setWrong] = useState(() => typed('12.345', 'CNY'));
  return (
    <>
      <Section title={word.pieces.money}>
        <p className="z-row">
          <Amount money={cny('1234567.50')} />
          <Amount money={cny('-80.00')} />
          <Amount money={cny('80.00')} flow="income" />
          <Amount money={cny('1280.00')} flow="expense" />
          <Amount money={cny('0.00')} flow="expense" />
          <Amount money={{ amount: '15000', currency: 'JPY' }} />
        </p>
      </Section>
      <Section title={word.pieces.tags}>
        <p className="z-row">
          {TONES.map((tone) => (
            <StatusTag key={tone} tone={tone} />
          ))}
        </p>
      </Section>
      <Section title={word.pieces.input}>
        <MoneyInput label={word.fill} value={money} onChange={setMoney} currencies={['CNY', 'USD', 'JPY']} />
        <MoneyInput label={word.check} value={wrong} onChange={setWrong} currencies={['CNY']} />
        <p className="z-quiet">{money.money && spoken(money.money)}</p>
      </Section>
      <Section title={word.pieces.deadlines}>
        <Deadline at="2026-03-01T22:30:00Z" now={NOW} />
        <Deadline at="2026-03-02T06:00:00Z" now={NOW} />
        <Deadline at="2026-03-09T01:00:00Z" now={NOW} />
      </Section>
      <Section title={word.pieces.problems}>
        {problems.map((problem) => (
          <ProblemAlert key={problem.code} error={problem} onRetry={() => undefined} />
        ))}
      </Section>
      <Section title={word.pieces.timeline}>
        <Timeline
          happenings={[
            { key: '3', at: '2026-03-02T00:40:00Z', actor: 'bank', what: word.failed, tone: 'stopped' },
            { key: '2', at: '2026-03-01T08:00:00Z', actor: 'mer_7', what: word.asked, tone: 'us' },
            { key: '1', at: '2026-02-27T02:10:00Z', actor: 'system', what: word.happened, detail: word.detail, tone: 'done' },
          ]}
        />
        <Timeline happenings={[]} />
      </Section>
    </>
  );
}

function Deciding({ word }: { word: Words }) {
  const done = () => Promise.resolve();
  const actions: Action[] = [
    { command: 'approve', label: word.approve, isMain: true, consequence: word.frozen, onDo: done },
    { command: 'refuse', label: word.refuse, onDo: () => Promise.reject(problems[0] ?? new Error()) },
    { command: 'freeze', label: word.freeze, isDanger: true, refused, onDo: done },
  ];
  return (
    <>
      <Wide>
        <Section title={word.pieces.head}>
          <ObjectHeader name={word.name} id="wd_7f3k2" tone="us" state={word.state} waitsFor={word.reviewer} />
        </Section>
      </Wide>
      <DecisionPanel title={word.pieces.decision} actions={actions} />
      <DecisionPanel title={word.pieces.noDecision} actions={[]} />
    </>
  );
}

function Flow({ word }: { word: Words }) {
  const [money, setMoney] = useState(() => typed('', 'CNY'));
  return (
    <Section title={word.pieces.steps}>
      <StepFlow
        steps={[
          { key: 'one', title: word.one, isReady: money.money !== undefined, content: <MoneyInput label={word.fill} value={money} onChange={setMoney} currencies={['CNY']} /> },
          { key: 'two', title: word.two, isReady: true, content: <p>{money.money && <Amount money={money.money} />}</p> },
          { key: 'three', title: word.three, isReady: true, content: <p>{word.send}</p> },
        ]}
        onFinish={() => Promise.reject(problems[0] ?? new Error())}
      />
    </Section>
  );
}


function Copied({ word }: { word: Words }) {
  return (
    <Section title={word.pieces.copy}>
      <CopyText label={word.copied} text="ZTDJ05E801K" />
    </Section>
  );
}

function Lists({ word }: { word: Words }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState<Record<string, string>>({});
  const columns: Column<Sample>[] = [
    { key: 'id', title: word.order, cell: ({ id }) => <code>{id}</code>, text: ({ id }) => id },
    { key: 'merchant', title: word.merchant, cell: ({ merchant }) => merchant, text: ({ merchant }) => merchant },
    { key: 'amount', title: t('money.amount'), isFigure: true, cell: ({ amount }) => <Amount money={amount} />, text: ({ amount }) => spoken(amount) },
    { key: 'state', title: word.status, cell: ({ isOpen }) => <StatusTag tone={isOpen ? 'us' : 'done'} word={isOpen ? word.open : word.closed} />, text: ({ isOpen }) => (isOpen ? word.open : word.closed) },
    { key: 'due', title: word.due, isExtra: true, cell: ({ due }) => <Deadline at={due} now={NOW} />, text: ({ due }) => moment(due) },
  ];
  const common = { columns, kinds: [], rowKey: ({ id }: Sample) => id, search, onSearch: setSearch, limit: 6 };
  const filters = [
    { name: 'q', label: word.order },
    { name: 'state', label: word.status, choices: [{ value: 'open', label: word.open }, { value: 'closed', label: word.closed }] },
  ];
  const empty = <EmptyState title={t('tasks.none.tasks')} why={t('tasks.noneWhy.tasks')} />;
  return (
    <>
      <Wide>
        <h2>{word.pieces.table}</h2>
        <QueryTable<Sample> {...common} name="gallery" caption={word.pieces.table} filters={filters} fetch={sampleList} empty={empty} />
      </Wide>
      <div>
        <h2>{word.pieces.emptyTable}</h2>
        <QueryTable<Sample> {...common} search={{}} name="gallery-empty" caption={word.pieces.emptyTable} fetch={async () => ({ rows: [], next: undefined })} empty={empty} />
      </div>
      <div>
        <h2>{word.pieces.failedTable}</h2>
        <QueryTable<Sample> {...common} search={{}} name="gallery-failed" caption={word.pieces.failedTable} fetch={() => Promise.reject(problems[0] ?? new Error())} empty={empty} />
      </div>
    </>
  );
}
