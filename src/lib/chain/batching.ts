/**
 * JSON-RPC over HTTP that sends what is asked in one moment as one request (JSON-RPC 2.0 §6): a walk along the pointers asks ten
 * questions a round, and browsers have six connections to a host. Endpoints that do not take batches, or answer them wrongly, are found out
 * by their first, and are asked one by one from then on.
 */
import { http, type HttpTransport, type HttpTransportConfig } from 'viem';

/** As many as public endpoints take that limit it. */
const batchSize = 10;

/** As `http`, in batches where the endpoint takes them. A question that is alone in its moment is sent alone. */
export function batchingHttp(url: string, options: Omit<HttpTransportConfig, 'batch'>): HttpTransport {
	const oneByOne = http(url, options);
	// One answer too few or in the wrong form is no reason to ask for the same batch again.
	const together = http(url, { ...options, batch: { batchSize }, retryCount: 0 });
	return (parameters) => {
		const single = oneByOne(parameters);
		const batched = together(parameters);
		let takesBatches = true;
		let moment: { questions: number; over: Promise<void> } | null = null;

		type Ask = typeof single.request;
		const request = async (question: Parameters<Ask>[0], how: Parameters<Ask>[1]): Promise<unknown> => {
			moment ??= { questions: 0, over: Promise.resolve().then(() => void (moment = null)) };
			const now = moment;
			now.questions += 1;
			await now.over;
			if (!takesBatches || now.questions === 1) return single.request(question, how);
			try {
				return await batched.request(question, how);
			} catch {
				// The batch, or only this question: asked alone, the endpoint gives its word on it.
				const answer = await single.request(question, how);
				takesBatches = false;
				return answer;
			}
		};
		return { ...single, request: request as Ask };
	};
}
