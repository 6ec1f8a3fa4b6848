/** When the access log may say that it is whole. */
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors.ts';
import type { Deps, LogEntry } from '#lib/records/index.ts';
import { Log, type RecordsModule } from '#lib/state/public.svelte.ts';

const entry = (block: number) => ({ id: String(block), block }) as LogEntry;

/** Answers when told to: the lines and the audits of each reading, in the order of asking. */
function source() {
	const asked = { lines: [] as PromiseWithResolvers<LogEntry[]>[], audits: [] as PromiseWithResolvers<LogEntry[]>[] };
	const ask = (of: keyof typeof asked) => () => {
		const next = Promise.withResolvers<LogEntry[]>();
		asked[of].push(next);
		return next.promise;
	};
	const records = { readLog: ask('lines'), readLoggedAudits: ask('audits') } as unknown as RecordsModule;
	return { asked, log: new Log(() => Promise.resolve([{} as Deps, records])) };
}
const settled = () => new Promise((done) => setTimeout(done));

describe('a log', () => {
	let { asked, log } = source();
	beforeEach(() => ({ asked, log } = source()));

	async function read(lines: LogEntry[], audits: LogEntry[]): Promise<void> {
		const done = log.refresh();
		await settled();
		asked.lines.at(-1)?.resolve(lines);
		await settled();
		asked.audits.at(-1)?.resolve(audits);
		await done;
	}

	it('is not whole before anything was read', () => {
		expect(log.isComplete).toBe(false);
	});

	it('is not whole while its audits are being read, and is when they are', async () => {
		const done = log.refresh();
		await settled();
		asked.lines[0]?.resolve([entry(5)]);
		await settled();
		expect(log).toMatchObject({ lines: [entry(5)], isComplete: false });
		asked.audits[0]?.resolve([entry(4)]);
		await done;
		expect(log).toMatchObject({ lines: [entry(5), entry(4)], isComplete: true });
	});

	it('claims nothing of the blocks after its last line, though a later audit is known', async () => {
		await read([entry(5), entry(3)], [entry(7)]);
		expect(log.upToBlock).toBe(5);
	});

	it('that is whole stays so while it is read again, until there are new lines', async () => {
		await read([entry(5)], []);
		const again = log.refresh();
		await settled();
		expect(log.isComplete).toBe(true);
		asked.lines[1]?.resolve([entry(6), entry(5)]);
		await settled();
		expect(log.isComplete).toBe(false);
		asked.audits[1]?.resolve([]);
		await again;
		expect(log.isComplete).toBe(true);
	});

	it('does not take audits that were asked for before its newest lines for all of theirs', async () => {
		const first = log.refresh();
		await settled();
		asked.lines[0]?.resolve([entry(5)]);
		await settled();
		const second = log.refresh();
		await settled();
		asked.lines[1]?.resolve([entry(6), entry(5)]);
		await settled();
		asked.audits[0]?.resolve([]);
		await first;
		expect(log.isComplete).toBe(false);
		await settled();
		asked.audits[1]?.resolve([entry(6)]);
		await second;
		expect(log.isComplete).toBe(true);
	});

	it('is not whole when its audits cannot be read, and is once they can', async () => {
		const done = log.refresh();
		await settled();
		asked.lines[0]?.resolve([entry(5)]);
		await settled();
		asked.audits[0]?.reject(new AppError('chain.unreachable', 'no answer'));
		await done;
		expect(log).toMatchObject({ lines: [entry(5)], isComplete: false });
		const again = log.readAudits();
		await settled();
		asked.audits[1]?.resolve([]);
		await again;
		expect(log.isComplete).toBe(true);
	});

	it('that was emptied is not whole', async () => {
		await read([entry(5)], []);
		log.clear();
		expect(log).toMatchObject({ lines: [], isComplete: false });
	});
});
