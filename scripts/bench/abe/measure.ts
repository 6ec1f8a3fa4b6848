/** What is measured of attribute-based encryption, in Node and in a page alike. Times are milliseconds, and medians. */
import { concat, utf8 } from '#lib/bytes.ts';
import { parsePublicKey } from '#lib/crypto/abe/authority.ts';
import { digestOf } from '#lib/crypto/abe/capsule.ts';
import {
	createAuthority,
	decapsulate,
	encapsulate,
	issueKey,
	type Address,
	type Backend,
} from '#lib/crypto/abe/index.ts';
import { keyPoints, parseKey } from '#lib/crypto/abe/key.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { rowsForTwo } from '#lib/crypto/abe/part.ts';
import { parsePolicy } from '#lib/crypto/abe/policy.ts';
import { coinsOfRows, decryptRows, encryptRows, scalarsOf, secretOf } from '#lib/crypto/abe/scheme.ts';
import { bind, domains, randomKey, unwrapKey, wrapKey } from '#lib/crypto/index.ts';
import { median } from '../storage/part.ts';
import { counting, type Counts } from './count.ts';

export const backends = ['mcl', 'noble'] as const satisfies readonly Backend[];
export const sizes = [1, 10, 50] as const;

export interface Figures {
	/** For one attribute, of ten that are issued one after another. */
	issueKey: number;
	encapsulate: number;
	decapsulate: number;
	/** In two workers, where there are such and rows enough. */
	encapsulateInTwo?: number;
	decapsulateInTwo?: number;
}

export interface Timeline {
	/** Opening 10 locks that nobody opened before, and 1,000 part keys under them. */
	cold: number;
	/** The same with the locks' keys at hand. */
	warm: number;
}

export type Report = Record<Backend, Record<string, Figures>> & {
	pairing: Record<Backend, number>;
	/** The same, of the fastest runs instead of the middle ones: what is left of them when the machine does something else. */
	best: Record<Backend, Record<string, Figures>> & { pairing: Record<Backend, number> };
	timeline: Record<Backend, Timeline>;
	/** Until a capsule of ten rows is refused, by what was changed in it. */
	rejection: Record<Backend, Record<string, number>>;
	/** Group operations for a policy of ten attributes, all used. */
	counts: { encapsulate: Counts; decapsulate: Counts };
};

const hospital: Address = '0x1111111111111111111111111111111111111111';
const gid = '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const context = utf8('benchmark');

/** Something to measure, and where its figure belongs. */
interface Task {
	backend: Backend;
	/** 0: a pairing, which has none. */
	rows: number;
	what: keyof Figures | 'pairing';
	work: () => Promise<unknown>;
	/** How often `work` does it. */
	each: number;
	times: number[];
}

/**
 * Everything, each thing `runs` times. All things take turns, so that what else the machine does slows both libraries alike and their
 * ratios mean something; before that each has a second that does not count, in which tables and machine code are made.
 */
export async function measureAbe(runs: number): Promise<Report> {
	const worlds = {
		mcl: await makeWorld('mcl', Math.max(...sizes)),
		noble: await makeWorld('noble', Math.max(...sizes)),
	};
	const tasks: Task[] = [];
	for (const rows of sizes) for (const backend of backends) tasks.push(...(await rowTasks(worlds[backend], rows)));
	for (const backend of backends) tasks.push(await pairingTask(backend));
	for (const { work } of tasks) await warmUp(work);
	for (let run = 0; run < runs; run++) {
		for (const { work, times, each } of tasks) times.push((await timeOf(work)) / each);
	}

	const report = { mcl: {}, noble: {}, pairing: {}, timeline: {}, rejection: {} } as Report;
	report.best = { mcl: {}, noble: {}, pairing: {} } as Report['best'];
	for (const { backend, rows, what, times } of tasks) {
		for (const [into, figure] of [
			[report, median(times)],
			[report.best, Math.min(...times)],
		] as const) {
			if (what === 'pairing') into.pairing[backend] = figure;
			else into[backend][rows] = { ...into[backend][rows], [what]: figure } as Figures;
		}
	}
	report.timeline = await measureTimelines(worlds);
	report.rejection = await measureRejections(worlds, runs);
	report.counts = await count();
	return report;
}

async function warmUp(work: Task['work']): Promise<void> {
	const begin = performance.now();
	for (let i = 0; i < 5 || performance.now() - begin < 1000; i++) await work();
}

async function timeOf(work: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

type World = Awaited<ReturnType<typeof makeWorld>>;

async function makeWorld(backend: Backend, size: number) {
	const { publicKey, secretKey } = await createAuthority(hospital, undefined, { backend });
	const attributes = Array.from({ length: size }, (_, i) => `a${i}#0@${hospital}`);
	const keys = new Map<string, Uint8Array>();
	for (const attribute of attributes) keys.set(attribute, await issueKey(secretKey, { gid, attribute, backend }));
	return { backend, publicKey, secretKey, authorities: new Map([[hospital, publicKey]]), attributes, keys };
}

async function pairingTask(backend: Backend): Promise<Task> {
	const { G1, G2, GT, pairing } = await groupsFor({ backend });
	const pair = () => GT.encode([pairing([[G1.generator.element, G2.generator.element]])]);
	return { backend, rows: 0, what: 'pairing', work: () => Promise.resolve(pair()), each: 1, times: [] };
}

async function rowTasks(world: World, rows: number): Promise<Task[]> {
	const { backend, secretKey, authorities, attributes, keys } = world;
	const policy = attributes.slice(0, rows).join(' and ');
	const sealing = { policy, authorities, context, backend };
	const { capsule } = await encapsulate(sealing);
	const opening = { capsule, gid, keys, context, backend };
	const task = (what: keyof Figures, work: Task['work'], each = 1): Task => ({
		backend,
		rows,
		what,
		work,
		each,
		times: [],
	});
	const issueTen = async () => {
		for (const attribute of attributes.slice(0, 10)) await issueKey(secretKey, { gid, attribute, backend });
	};
	const inTwo = rows >= rowsForTwo && typeof Worker !== 'undefined';
	return [
		task('issueKey', issueTen, 10),
		task('encapsulate', () => encapsulate({ ...sealing, workers: false })),
		task('decapsulate', () => decapsulate({ ...opening, workers: false })),
		...(inTwo
			? [task('encapsulateInTwo', () => encapsulate(sealing)), task('decapsulateInTwo', () => decapsulate(opening))]
			: []),
	];
}

/** Fresh timelines of each library in turns; medians. */
async function measureTimelines(worlds: Record<Backend, World>): Promise<Report['timeline']> {
	const rounds = 3;
	const times: Record<Backend, Timeline[]> = { mcl: [], noble: [] };
	for (let round = 0; round < rounds; round++) {
		for (const backend of backends) times[backend].push(await measureTimeline(worlds[backend], 0x30 + 10 * round));
	}
	const of = (list: readonly Timeline[]): Timeline => ({
		cold: median(list.map(({ cold }) => cold)),
		warm: median(list.map(({ warm }) => warm)),
	});
	return { mcl: of(times.mcl), noble: of(times.noble) };
}

/** 1,000 records of ten patients, each sealed under one lock: the hospital's attribute and that patient's consent. */
async function measureTimeline({ backend, publicKey, keys, attributes }: World, first: number): Promise<Timeline> {
	const [role = ''] = attributes;
	const locks: { capsule: Uint8Array; keys: Map<string, Uint8Array>; wrapped: Uint8Array[] }[] = [];
	const place = bind(domains.partWrap, 'benchmark');
	for (let i = first; i < first + 10; i++) {
		const patient: Address = `0x${i.toString(16).repeat(20)}`;
		const own = await createAuthority(patient, undefined, { backend });
		const consent = `consent#0@${patient}`;
		const authorities = new Map([
			[hospital, publicKey],
			[patient, own.publicKey],
		]);
		const sealing: Backend = backend === 'mcl' ? 'noble' : 'mcl'; // so that nothing of these locks is remembered
		const sealed = await encapsulate({ policy: `${role} and ${consent}`, authorities, context, backend: sealing });
		const held = new Map(keys).set(
			consent,
			await issueKey(own.secretKey, { gid, attribute: consent, backend: sealing }),
		);
		const wrapped = await Promise.all(Array.from({ length: 100 }, () => wrapKey(sealed.key, randomKey(), place)));
		locks.push({ capsule: sealed.capsule, keys: held, wrapped });
	}
	const unwrapAll = (lockKeys: readonly Uint8Array[]) =>
		Promise.all(locks.flatMap(({ wrapped }, i) => wrapped.map((part) => unwrapKey(lockKeys[i] ?? part, part, place))));
	const opened: Uint8Array[] = [];
	const cold = await timeOf(async () => {
		for (const lock of locks) opened.push(await decapsulate({ ...lock, gid, context, backend }));
		await unwrapAll(opened);
	});
	const warm: number[] = [];
	for (let i = 0; i < 5; i++) warm.push(await timeOf(() => unwrapAll(opened)));
	return { cold, warm: median(warm) };
}

/** Elements of the first row and the tail changed one after another, each with a digest that fits; all of them take turns. */
async function measureRejections(worlds: Record<Backend, World>, runs: number): Promise<Report['rejection']> {
	const cases: { backend: Backend; name: string; work: () => Promise<unknown>; times: number[] }[] = [];
	for (const backend of backends) {
		for (const [name, capsule] of await changedCapsules(worlds[backend])) {
			const { keys } = worlds[backend];
			const refused = () =>
				decapsulate({ capsule, gid, keys, context, backend }).then(
					() => Promise.reject(new Error(`A capsule with another ${name} opened.`)),
					() => undefined,
				);
			cases.push({ backend, name, work: refused, times: [] });
		}
	}
	for (let run = 0; run <= runs; run++) {
		for (const { work, times } of cases) {
			const time = await timeOf(work);
			if (run > 0) times.push(time);
		}
	}
	const report: Report['rejection'] = { mcl: {}, noble: {} };
	for (const { backend, name, times } of cases) report[backend][name] = median(times);
	return report;
}

/** By what was changed. */
async function changedCapsules({ backend, authorities, attributes }: World): Promise<[string, Uint8Array][]> {
	const policy = attributes.slice(0, 10).join(' and ');
	const { capsule } = await encapsulate({ policy, authorities, context, backend });
	const other = await encapsulate({ policy, authorities, context, backend });
	const row = 3 + utf8(policy).length + 288 + 96;
	const end = capsule.length;
	// Valid elements of another capsule, so that nothing but the last comparison can refuse them.
	const fields: [string, number, number][] = [
		['C1', row, row + 288],
		['C2', row + 288, row + 384],
		['C3', row + 384, row + 480],
		['C4', row + 480, row + 528],
		['the last row', end - 96 - 528, end - 96],
		['masked seed', end - 96, end - 64],
		['commitment', end - 64, end - 32],
	];
	return Promise.all(
		fields.map(async ([name, from, to]): Promise<[string, Uint8Array]> => {
			const body = Uint8Array.from(capsule.subarray(0, -32));
			body.set(other.capsule.subarray(from, to), from);
			return [name, concat(body, await digestOf(body, context))];
		}),
	);
}

async function count(): Promise<Report['counts']> {
	const { publicKey, keys, attributes } = await makeWorld('noble', 10);
	const { groups, counts } = counting(await groupsFor({ backend: 'noble' }));
	const take = () => {
		const taken = { ...counts };
		for (const name of Object.keys(counts) as (keyof Counts)[]) counts[name] = 0;
		return taken;
	};
	const policy = parsePolicy(attributes.join(' and '));
	const parsed = await parsePublicKey(groups, publicKey);
	take();
	const scalars = Array.from({ length: scalarsOf(policy) }, (_, i) => 3n ** BigInt(100 + i));
	const encrypt = () => {
		const { s, rows } = coinsOfRows(policy, scalars);
		secretOf(groups, s);
		return encryptRows(groups, new Map([[hospital, parsed]]), rows);
	};
	const rows = encrypt();
	const encapsulated = take();
	const points = keyPoints(
		groups,
		attributes.map((attribute) => parseKey(keys.get(attribute) ?? new Uint8Array(), { gid, attribute })),
	);
	decryptRows(
		groups,
		gid,
		points.map((point, x) => ({ ...point, row: rows[x] ?? new Uint8Array(), coefficient: 1n })),
	);
	encrypt();
	return { encapsulate: encapsulated, decapsulate: take() };
}
