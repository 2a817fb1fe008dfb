// Tests of what is said to the server and understood of its answers. The network is stood in for: no test leaves the machine.
import { afterEach, expect, test, vi } from 'vitest';
import { api, Attempts, page, told } from './client';
import { Problem } from './problem';

const refusal = {
  type: 'urn:zaiton:session.wrong',
  status: 401,
  code: 'session.wrong',
  rule: 'R5-01',
  figures: [{ name: 'until', value: '2026-03-02T01:00:00Z' }, 'odd'],
  why: { 'zh-CN': '登录名或密码不正确。', en: 'Login or password is wrong.' },
  cure: { 'zh-CN': '请核对后重试。', en: 'Look at both, then try again.' },
};

function answers(...all: (Response | Error)[]) {
  const fetched = vi.fn<typeof fetch>();
  for (const one of all) {
    if (one instanceof Error) fetched.mockRejectedValueOnce(one);
    else fetched.mockResolvedValueOnce(one);
  }
  vi.stubGlobal('fetch', fetched);
  return fetched;
}

/** The requests that were made. */
function asked(fetched: ReturnType<typeof answers>): Request[] {
  return fetched.mock.calls.map(([request]) => request as Request);
}

async function failing(asking: Promise<unknown>): Promise<Problem> {
  const error: unknown = await asking.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Problem);
  return error as Problem;
}

afterEach(() => vi.unstubAllGlobals());

test('a refusal carries rule, why, cure, figures and the wait', async () => {
  answers(new Response(JSON.stringify(refusal), { status: 429, headers: { 'retry-after': '4' } }));
  const problem = await failing(told(api.GET('/api/v1/resources')));
  expect([problem.status, problem.code, problem.retryAfter, problem.isUncertain]).toEqual([429, 'session.wrong', 4, false]);
  expect(problem.said).toMatchObject({ rule: 'R5-01', why: refusal.why, cure: refusal.cure, figures: [refusal.figures[0]] });
});

test('no answer, and an answer that nobody understands', async () => {
  answers(new TypeError('failed'), new Response('<html>', { status: 502 }), new Response('{}', { status: 500 }), new Response('<', { status: 200 }));
  const offline = await failing(told(api.GET('/api/v1/resources')));
  expect([offline.code, offline.isUncertain]).toEqual(['console.offline', true]);
  for (const status of [502, 500, 200]) {
    const problem = await failing(told(api.GET('/api/v1/resources')));
    expect([problem.status, problem.code]).toEqual([status, 'console.unreadable']);
  }
});

test('an attempt keeps its key while it may have happened', async () => {
  const ok = () => new Response('{}', { status: 200 });
  const fetched = answers(new TypeError('lost'), new Response('', { status: 503 }), ok(), ok(), new Response(JSON.stringify(refusal), { status: 422 }), ok(), new TypeError('lost'), ok());
  const attempts = new Attempts();
  const ids = ['pm_1', 'pm_1', 'pm_1', 'pm_1', 'pm_1', 'pm_1', 'pm_1', 'pm_2'];
  for (const promotion of ids) await attempts.give('prepaid.end_promotion', { account: 'ac_1', promotion, reason: 'over' } as never).catch(() => undefined);
  const keys = asked(fetched).map(({ headers }) => headers.get('idempotency-key'));
  // Lost, unavailable and done share a key; each later attempt has its own, and so has another input.
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(new Set(keys.slice(2)).size).toBe(6);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('a list is asked for what is asked, and nothing else', async () => {
  const fetched = answers(new Response(JSON.stringify({ rows: [], next_after: null }), { status: 200 }));
  expect(await page('/api/v1/top-ups', { limit: 50, state: 'in_review' })).toEqual({ rows: [], next_after: null });
  expect(asked(fetched).map(({ url }) => new URL(url).pathname + new URL(url).search)).toEqual(['/api/v1/top-ups?limit=50&state=in_review']);
});
