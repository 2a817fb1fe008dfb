// Tests of taking files: what is refused before anything is sent, progress, giving up, trying again. Never sends anything anywhere.
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { expect, test, vi } from 'vitest';
import { Problem } from '../api/problem';
import { user } from '../testing';
import { bytes, type Send, unfit, Uploader } from './Uploader';

const file = (name: string, type: string, size = 10) => new File(['x'.repeat(size)], name, { type });
const limits = { kinds: ['application/pdf', 'text/csv'], most: 2048 };

test('what does not fit is told by why', () => {
  expect(unfit(file('a.pdf', 'application/pdf'), limits)).toBeUndefined();
  expect(unfit(file('a.exe', 'application/x-msdownload'), limits)).toBe('kind');
  expect(unfit(file('a.pdf', 'application/pdf', 0), limits)).toBe('empty');
  expect(unfit(file('a.pdf', 'application/pdf', 2048), limits)).toBeUndefined();
  expect(unfit(file('a.pdf', 'application/pdf', 2049), limits)).toBe('size');
  expect([bytes(10), bytes(2048), bytes(5 * 1024 * 1024)]).toEqual(['10 B', '2.0 KB', '5.0 MB']);
});

function choose(...files: File[]) {
  fireEvent.change(screen.getByLabelText('Choose', { selector: 'input' }), { target: { files } });
}

test('a file that does not fit is not sent, the others are, and no more than may be', async () => {
  const send = vi.fn<Send>(() => Promise.resolve());
  render(<Uploader label="Choose" {...limits} files={1} send={send} />);
  choose(file('virus.exe', 'application/x-msdownload'), file('one.pdf', 'application/pdf'), file('two.pdf', 'application/pdf'));
  expect(await screen.findByText('Sent')).toBeTruthy();
  expect(send.mock.calls.map(([{ name }]) => name)).toEqual(['one.pdf']);
  expect(screen.getByText('This kind of file is not taken.')).toBeTruthy();
  expect(screen.getByText(/No more than 1/)).toBeTruthy();
});

test('how far it is is shown; it can be given up, and tried again after a refusal', async () => {
  let stopped = false;
  const send = vi
    .fn<Send>()
    .mockImplementationOnce((_, tell, signal) => {
      tell(0.4);
      return new Promise((_done, fail) => signal.addEventListener('abort', () => ((stopped = true), fail(new Error('stopped')))));
    })
    .mockRejectedValueOnce(new Problem(0, 'offline'))
    .mockResolvedValueOnce(undefined);
  render(<Uploader label="Choose" {...limits} files={2} send={send} />);
  choose(file('one.pdf', 'application/pdf'));
  expect(await screen.findByText('40%')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Stop: one.pdf' }));
  expect(stopped).toBe(true);
  await waitFor(() => expect(screen.queryByText('one.pdf')).toBeNull());
  choose(file('two.csv', 'text/csv'));
  await user.click(await screen.findByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('Sent')).toBeTruthy();
  expect(send).toHaveBeenCalledTimes(3);
});
