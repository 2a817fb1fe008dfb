// Tests of long work: how far each is, its file, what is stopped, and an export from a list. No network, and none of the work.
import { screen, waitFor } from '@testing-library/react';
import user from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { operations } from '../../gallery/samples';
import { ExportButton } from '../../pieces/ExportButton';
import { list, Refused, serverOf, showPage } from '../../testing';
import { Operations } from './Operations';
import { size } from './words';

afterEach(() => vi.unstubAllGlobals());

test('each says how far it is, and gives its file for as long as it is kept', async () => {
  serverOf({ '/api/v1/operations': list(...operations) });
  await showPage(Operations, '/o/operations');
  expect((await screen.findByRole('progressbar')).getAttribute('aria-valuenow')).toBe('58');
  expect(screen.getByText('12000 so far')).toBeTruthy();
  expect(screen.getByRole<HTMLAnchorElement>('link', { name: 'bank_lines.xlsx' }).download).toBe('bank_lines.xlsx');
  expect(screen.getByText('bank_lines.xlsx, no longer kept')).toBeTruthy();
  for (const word of ['Waits', 'Done', 'Failed', 'Cancelled', 'File is gone']) expect(screen.getByText(word)).toBeTruthy();
});

test('none teaches the first step, a refusal says why', async () => {
  serverOf({ '/api/v1/operations': list() });
  await showPage(Operations, '/o/operations');
  expect(await screen.findByText('No long work yet')).toBeTruthy();
});

test('a refusal says why', async () => {
  serverOf({ '/api/v1/operations': new Refused() });
  await showPage(Operations, '/o/operations');
  expect((await screen.findByRole('alert')).textContent).toContain('It may not be.');
});

test('an export is asked for in a form and a language, and its file is given when it is done', async () => {
  const done = operations[3];
  const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const given = serverOf({ '/api/v1/operations': done, [`/api/v1/operations/${done?.id ?? ''}`]: done });
  const bankLines = { name: 'bank_lines', bank_account: null, period: { from: null, to: null } } as const;
  await showPage(() => <ExportButton list={bankLines} />, '/o/operations');
  await user.click(await screen.findByRole('button', { name: 'Export' }));
  await user.click(await screen.findByRole('menuitem', { name: 'Excel (XLSX)' }));
  expect(await screen.findByRole('link', { name: 'Take bank_lines.xlsx' })).toBeTruthy();
  await waitFor(() => expect(click).toHaveBeenCalledTimes(1));
  expect(given).toEqual([{ path: '/api/v1/operations', body: { environment: 'live', work: { kind: 'export', list: bankLines, format: 'xlsx', language: 'en' } } }]);
  click.mockRestore();
});

test.each([
  [107, '107 B'],
  [9_989, '10.0 kB'],
  [200_000_000, '200.0 MB'],
])('%d bytes are %s', (bytes, text) => {
  expect(size(bytes)).toBe(text);
});
