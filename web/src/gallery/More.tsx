// Pieces that ask the server or draw: charts, views, exports, choices, drawers, each with what a server would have said. Never
// asks one.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Button, Drawer } from 'antd';
import { useState, type ReactNode } from 'react';
import { about } from '../api/live';
import { Chart } from '../pieces/Chart';
import { ExportStands } from '../pieces/ExportButton';
import { MerchantName, MerchantPick } from '../pieces/Merchant';
import { MomentPick } from '../pieces/MomentPick';
import { Section } from '../pieces/Page';
import { Uploader } from '../pieces/Uploader';
import { Values } from '../pieces/Values';
import { Views } from '../pieces/Views';
import { useLanguage } from '../text';
import { BALANCES, DAYS, merchants, operations, refused, sampleSend, words } from './samples';

/** What a server would have said. */
function answered(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  client.setQueryData(about(['merchant'], 'found', 'live', ''), { rows: merchants, next_after: null });
  for (const merchant of merchants) for (const name of [merchant.id, merchant.record.code]) client.setQueryData(about(['merchant'], '/api/v1/merchants', name), merchant);
  return client;
}

function Wide({ children }: { children: ReactNode }) {
  return <div className="z-wide">{children}</div>;
}

export function More() {
  const word = words[useLanguage()];
  const [client] = useState(answered);
  const [merchant, setMerchant] = useState('qinghe');
  const [at, setAt] = useState<string | undefined>('2026-03-01T08:30:00Z');
  const [isOpen, setOpen] = useState(false);
  return (
    <QueryClientProvider client={client}>
      <Wide>
        <Section title={word.pieces.chart}>
          <Chart
            title={word.pieces.chart}
            unit="CNY"
            days={DAYS}
            lines={[
              { name: word.pieces.balance, tone: 'accent', values: BALANCES },
              { name: word.pieces.line, tone: 'stopped', isBorder: true, values: DAYS.map(() => '1000.00') },
            ]}
            stretches={[{ name: word.pieces.stopped, tone: 'stopped', from: '2026-02-15', to: '2026-02-18' }]}
          />
        </Section>
      </Wide>
      <Section title={word.pieces.upload}>
        <Uploader label={word.pieces.upload} kinds={['application/pdf', 'image/png']} most={5_242_880} files={3} send={sampleSend} />
      </Section>
      <Section title={word.pieces.bars}>
        <Chart
          title={word.pieces.bars}
          shape="bars"
          first={word.merchant}
          unit="CNY"
          days={merchants.map(({ record }) => record.name)}
          lines={[
            { name: word.open, tone: 'nothing', values: ['3', '1'] },
            { name: word.closed, tone: 'accent', values: ['5', '0'] },
          ]}
        />
      </Section>
      <Section title={word.pieces.exports}>
        {operations.map((operation) => (
          <ExportStands key={operation.id} operation={operation} onClose={() => undefined} />
        ))}
      </Section>
      <Section title={word.pieces.picks}>
        <MerchantPick label={word.merchant} value={merchant} onValue={setMerchant} />
        <MerchantPick label={word.merchant} value="" onValue={setMerchant} />
        <p>
          <MerchantName id={merchants[0]?.id ?? ''} /> · <MerchantName id="lumen" />
        </p>
        <MomentPick label={word.due} value={at} onValue={setAt} />
        <MomentPick label={word.due} value={undefined} onValue={setAt} isAhead />
      </Section>
      <Section title={word.pieces.views}>
        <p>
          <Views name="gallery" filters={{ state: 'open' }} onChoose={() => undefined} />
        </p>
      </Section>
      <Section title={word.pieces.values}>
        <Values label={word.pieces.values} value={{ code: refused.code, figures: refused.figures, total: { amount: '1280.00', currency: 'CNY' }, at: '2026-03-02T00:58:00Z', none: null }} />
      </Section>
      <Section title={word.pieces.drawer}>
        <p>
          <Button onClick={() => setOpen(true)}>{word.pieces.openDrawer}</Button>
        </p>
        <Drawer open={isOpen} onClose={() => setOpen(false)} size={560} title={word.name}>
          <Values label={word.pieces.values} value={refused} />
        </Drawer>
      </Section>
    </QueryClientProvider>
  );
}
