/**
 * One HTTP call to a cloud: bounded in time, tried again a few times where that can help, its failures given our codes.
 *
 * Tried again: no connection, a connection lost in mid-answer, and 408, 429, 500, 502, 503 and 504, after the time that
 * `Retry-After` asks for. Not tried again: silence past the time limit (`storage.stalled`), an unreasonable `Retry-After`, and refusals.
 */

import { AppError } from '#lib/errors.ts';

const attempts = 3;
const firstPauseMs = 200;
const longestPauseMs = 5_000;
/** Time for an answer, and for the slowest upload that is waited for: 32 bytes a millisecond. */
const patienceMs = 30_000;
const slowestBytesPerMs = 32;
/** Who said nothing at all for this long when a call is broken off has stalled; before that it may be slow. */
const stalledMs = 2_000;
const transient = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface Call<T> {
	/** The store's name, for errors. */
	store: string;
	/** Makes the request anew for each attempt, since signatures carry the time. */
	make: () => Promise<{ url: string; init: RequestInit }>;
	/** Statuses beside 2xx that `read` understands. */
	expected?: readonly number[];
	read: (response: Response) => Promise<T>;
	/** Bytes of the body. */
	bytes?: number;
	signal?: AbortSignal | undefined;
}

/** Does the call. Throws `storage.unreachable`, `.stalled`, `.busy`, `.unauthorised`, `.wrong-clock`, `.full`, `.invalid-cloud` or `general.cancelled`; `details.store` says whose. */
export async function request<T>(call: Call<T>): Promise<T> {
	let last: AppError | undefined;
	for (let attempt = 1; ; attempt++) {
		const outcome = await tryOnce(call, last);
		if ('value' in outcome) return outcome.value;
		const pauseMs = outcome.retryAfterMs ?? firstPauseMs * 3 ** (attempt - 1) * (0.75 + Math.random() / 2);
		if (!outcome.again || attempt >= attempts || pauseMs > longestPauseMs) throw outcome.error;
		last = outcome.error;
		await pause(pauseMs, last, call.signal);
	}
}

/** Reads at most `limit` bytes of an answer and lets the rest go. */
export async function readUpTo(response: Response, limit: number): Promise<Uint8Array> {
	if (!response.body) return new Uint8Array();
	const chunks: Uint8Array<ArrayBuffer>[] = [];
	let length = 0;
	const reader = response.body.getReader();
	while (length < limit) {
		const { done, value } = await reader.read();
		if (done) break;
		chunks.push(value);
		length += value.length;
	}
	if (length >= limit) await reader.cancel();
	const whole = new Uint8Array(await new Blob(chunks).arrayBuffer());
	return whole.subarray(0, limit);
}

/** The error for a cancelled signal. */
export function cancelled(cause?: unknown): AppError {
	return new AppError('general.cancelled', 'The work was cancelled.', { cause });
}

type Outcome<T> = { value: T } | { error: AppError; again: boolean; retryAfterMs?: number };

/** Where it is broken off, what went wrong the time before is the cause. */
async function tryOnce<T>(call: Call<T>, last?: AppError): Promise<Outcome<T>> {
	const { store, signal } = call;
	if (signal?.aborted) throw cancelled(signal.reason);
	const limit = AbortSignal.timeout(patienceMs + Math.ceil((call.bytes ?? 0) / slowestBytesPerMs));
	const startedAt = performance.now();
	let answered = false;
	try {
		const { url, init } = await call.make();
		const response = await fetch(url, {
			cache: 'no-store',
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			...init,
			signal: signal ? AbortSignal.any([signal, limit]) : limit,
		});
		answered = true;
		if (response.ok || call.expected?.includes(response.status)) return { value: await call.read(response) };
		return { ...(await refusal(response, store)), again: transient.has(response.status) };
	} catch (error) {
		if (signal?.aborted) {
			const silent = !answered && performance.now() - startedAt >= stalledMs;
			throw cancelled(last ?? (silent ? stalled(store, error) : error));
		}
		if (error instanceof AppError) throw error;
		if (limit.aborted) return { error: stalled(store, error), again: false };
		return {
			error: new AppError('storage.unreachable', 'A cloud did not answer.', { cause: error, details: { store } }),
			again: true,
		};
	}
}

function stalled(store: string, cause: unknown): AppError {
	return new AppError('storage.stalled', 'A cloud was asked and said nothing more.', { cause, details: { store } });
}

async function refusal(response: Response, store: string): Promise<{ error: AppError; retryAfterMs?: number }> {
	const { status } = response;
	const text = new TextDecoder().decode(await readUpTo(response, 4096));
	const reason = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? '';
	const code = codeOf(status, reason);
	const serverTime = code === 'storage.wrong-clock' ? timeOf(text, response.headers) : NaN;
	const details = { store, ...(reason && { reason }), ...(!Number.isNaN(serverTime) && { serverTime }) };
	const error = new AppError(code, `A cloud refused: ${status} ${reason}`.trimEnd() + '.', { details });
	const retryAfterMs = parseRetryAfter(response.headers.get('retry-after'));
	return retryAfterMs === null ? { error } : { error, retryAfterMs };
}

/** What time the server has, in milliseconds: said in the error as S3 does, else in the header, which a page may not always read. */
function timeOf(text: string, headers: Headers): number {
	return Date.parse(/<ServerTime>([^<]{1,40})<\/ServerTime>/.exec(text)?.[1] ?? headers.get('date') ?? '');
}

function codeOf(status: number, reason: string) {
	if (reason === 'RequestTimeTooSkewed') return 'storage.wrong-clock';
	if (status === 507 || status === 413 || reason === 'QuotaExceeded') return 'storage.full';
	if (status === 401 || status === 403) return 'storage.unauthorised';
	if (status === 429 || status === 503) return 'storage.busy';
	return status >= 500 || transient.has(status) ? 'storage.unreachable' : 'storage.invalid-cloud';
}

/** Seconds or a date, RFC 9110 §10.2.3, as milliseconds from now; null where there is none. */
function parseRetryAfter(value: string | null): number | null {
	if (value === null) return null;
	const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
	return Number.isNaN(ms) ? null : Math.max(0, ms);
}

/** Waits before trying again `because` of what went wrong. */
function pause(ms: number, because: AppError, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(done, ms);
		signal?.addEventListener('abort', stop, { once: true });
		function done() {
			signal?.removeEventListener('abort', stop);
			resolve();
		}
		function stop() {
			clearTimeout(timer);
			reject(cancelled(because));
		}
	});
}
