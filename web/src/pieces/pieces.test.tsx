// Tests of pieces as people meet them: what is said, what is disabled and why, what stays. Never tests how a piece looks.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { render, screen, waitFor, within } from '@testing-library/react';
import user from '@testing-library/user-event';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { speak } from '../text';
import { Amount } from './Amount';
import { DecisionPanel } from './DecisionPanel';
import { Deadline } from './Moment';
import { MoneyInput, typed, type Typed } from './MoneyInput';
import { ProblemAlert } from './ProblemAlert';
import { QueryTable } from './QueryTable';
import { StatusTag } from './StatusTag';
import { StepFlow } from './StepFlow';

const refused = {
  code: 'prepaid.short',
  rule: 'R1-17',
  figures: [{ name: 'needed', value: '80.00 CNY' }],
  why: { 'zh-CN': '余额不足。', en: 'Too little.' },
  cure: { 'zh-CN': '请充值。', en: 'Top up.' },
};

test('an amount says which way it went by sign and word, and always its currency', () => {
  const { container } = render(
    <>
      <Amount money={{ amount: '1280.00', currency: 'CNY' }} flow="expense" />
      <Amount money={{ amount: '80.00', currency: 'CNY' }} flow="income" />
      <Amount money={{ amount: '0.00', currency: 'CNY' }} flow="expense" />
    </>,
  );
  const amounts = [...container.querySelectorAll('.z-amount')].map(({ textContent }) => textContent);
  expect(amounts).toEqual(['Expense \u22121,280.00 CNY', 'Income +80.00 CNY', 'Expense 0.00 CNY']);
});

test('a state never stands without its word, in each language', async () => {
  render(<StatusTag tone="you" />);
  expect(screen.getByText('Waits for you')).toBeTruthy();
  speak('zh-CN');
  expect(await screen.findByText('待您处理')).toBeTruthy();
  speak('en');
  expect(await screen.findByText('Waits for you')).toBeTruthy();
});

test('a deadline that passed says so in a word', () => {
  render(<Deadline at="2026-03-01T22:30:00Z" now={new Date('2026-03-02T01:00:00Z')} />);
  expect(screen.getByText('Overdue')).toBeTruthy();
  expect(screen.getByText('2 hours ago')).toBeTruthy();
});

test('a problem says why, cure, figures and rule; silence has words of its own', () => {
  const { rerender } = render(<ProblemAlert error={new Problem(422, refused)} />);
  const alert = screen.getByRole('alert');
  for (const text of ['Too little.', 'Top up.', 'Needed', '80.00 CNY', 'Rule R1-17']) expect(within(alert).getByText(text)).toBeTruthy();
  rerender(<ProblemAlert error={new Problem(0, 'offline')} />);
  expect(screen.getByText('The server cannot be reached.')).toBeTruthy();
});

function Money() {
  const [value, setValue] = useState<Typed>(typed('', 'CNY'));
  return (
    <>
      <MoneyInput label="Sum" value={value} onChange={setValue} currencies={['CNY']} />
      <output>{value.money ? JSON.stringify(value.money) : 'none'}</output>
    </>
  );
}

test('a typed amount is a decimal string, and wrong only once it is left', async () => {
  render(<Money />);
  const input = screen.getByLabelText('Sum');
  await user.type(input, '12345.678');
  expect(screen.getByText('none')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
  await user.tab();
  expect(screen.getByRole('alert').textContent).toBe('At most 2 decimals');
  await user.clear(input);
  await user.type(input, '92233720368547758.07');
  await user.tab();
  expect((input as HTMLInputElement).value).toBe('92,233,720,368,547,758.07');
  expect(screen.getByText('{"amount":"92233720368547758.07","currency":"CNY"}')).toBeTruthy();
});

test('what is not allowed is shown disabled with its reason; what moves money asks first', async () => {
  const pay = vi.fn(() => Promise.reject(new Problem(422, refused)));
  const freeze = vi.fn(() => Promise.resolve());
  render(
    <DecisionPanel
      actions={[
        { command: 'pay', label: 'Pay', consequence: 'It falls by 80.00 CNY', onDo: pay },
        { command: 'freeze', label: 'Freeze', refused, onDo: freeze },
      ]}
    />,
  );
  const disabled = screen.getByRole<HTMLButtonElement>('button', { name: 'Freeze' });
  expect(disabled.disabled).toBe(true);
  const reason = document.getElementById(disabled.getAttribute('aria-describedby') ?? '');
  expect(reason?.textContent).toBe('Too little. Top up. (Rule R1-17)');
  await user.click(screen.getByRole('button', { name: 'Pay' }));
  expect(pay).not.toHaveBeenCalled();
  expect(await screen.findByText('It falls by 80.00 CNY')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Confirm' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Too little.');
  expect([pay.mock.calls.length, freeze.mock.calls.length]).toEqual([1, 0]);
});

test('steps go on only when ready, and a refusal leaves one where one is', async () => {
  const step = (key: string, isReady: boolean) => ({ key, title: key, content: <p>{`${key} here`}</p>, isReady });
  const finish = vi.fn(() => Promise.reject(new Problem(422, refused)));
  const { rerender } = render(<StepFlow steps={[step('one', false), step('two', true)]} onFinish={finish} />);
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Next' }).disabled).toBe(true);
  rerender(<StepFlow steps={[step('one', true), step('two', true)]} onFinish={finish} />);
  await user.click(screen.getByRole('button', { name: 'Next' }));
  await user.click(screen.getByRole('button', { name: 'Finish' }));
  expect((await screen.findByRole('alert')).textContent).toContain('Too little.');
  expect(screen.getByText('two here')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Back' }));
  expect(screen.getByText('one here')).toBeTruthy();
});

test('a list asks for what its address says, and its address for what is pressed', async () => {
  const fetch = vi.fn((asked: { after: string | undefined; limit: number; filters: Record<string, string> }) =>
    Promise.resolve({ rows: [{ id: `row after ${asked.after ?? 'start'}` }], next: '9' }),
  );
  const onSearch = vi.fn();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <QueryTable
        name="rows"
        caption="Rows"
        columns={[{ key: 'id', title: 'Id', cell: ({ id }: { id: string }) => id, text: ({ id }) => id }]}
        filters={[{ name: 'q', label: 'Word' }]}
        rowKey={({ id }) => id}
        kinds={[]}
        fetch={fetch}
        search={{ q: 'tea', trail: '7', page: '2', other: 'x' }}
        onSearch={onSearch}
        empty={null}
      />
    </QueryClientProvider>,
  );
  expect(await screen.findByText('row after 7')).toBeTruthy();
  expect(fetch.mock.calls[0]?.[0]).toEqual({ after: '7', limit: 50, filters: { q: 'tea' } });
  await user.click(screen.getByRole('button', { name: 'Next' }));
  expect(onSearch).toHaveBeenLastCalledWith({ q: 'tea', trail: '7,9', page: '3' });
  await user.click(screen.getByRole('button', { name: 'Previous' }));
  expect(onSearch).toHaveBeenLastCalledWith({ q: 'tea' });
  await user.click(screen.getByRole('button', { name: 'Clear filters' }));
  await waitFor(() => expect(onSearch).toHaveBeenLastCalledWith({}));
});
