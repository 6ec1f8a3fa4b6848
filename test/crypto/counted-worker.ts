/** The browser's workers, real ones, of which those are counted that work for attribute-based encryption. */
const RealWorker = globalThis.Worker;

export const counted = { started: 0, asked: 0, answered: 0 };

/** From now on workers are counted; `address` may name another script than the one asked for. */
export function countWorkers(address: (url: URL) => URL = (url) => url): void {
	globalThis.Worker = class extends RealWorker {
		constructor(url: string | URL, options?: WorkerOptions) {
			super(address(new URL(url, location.href)), options);
			counted.started++;
			this.addEventListener('message', () => counted.answered++);
		}
		override postMessage(message: unknown, options?: Transferable[] | StructuredSerializeOptions): void {
			counted.asked++;
			super.postMessage(message, options as StructuredSerializeOptions);
		}
	};
}
