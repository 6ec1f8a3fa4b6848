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
import { parsePolicy } from '#lib/crypto/abe/policy.ts';
import { decryptRows, encryptRows, scalarsOf } from '#lib/crypto/abe/scheme.ts';
import { bind, domains, randomKey, unwrapKey, wrapKey } from '#lib/crypto/index.ts';
import { median } from '../storage/part.ts';
import { counting, type Counts } from './count.ts';

export const backends = ['mcl', 'noble'] as const satisfies readonly Backend[];
export const sizes = [1, 10, 50] as const;

export interface Figures {
	/** For one attribute. */
	issueKey: number;
	encapsulate: number;
	decapsulate: number;
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

/** Everything, each thing `runs` times after a warm-up in which tables are made. */
export async function measureAbe(runs: number): Promise<Report> {
	const report = { mcl: {}, noble: {}, pairing: {}, timeline: {}, rejection: {} } as Report;
	report.best = { mcl: {}, noble: {}, pairing: {} } as Report['best'];
	for (const backend of backends) {
		const world = await makeWorld(backend, Math.max(...sizes));
		const { G1, G2, GT, pairing } = await groupsFor({ backend });
		const paired = await timesOf(runs, () =>
			Promise.resolve(GT.encode([pairing([[G1.generator.element, G2.generator.element]])])),
		);
		report.pairing[backend] = median(paired);
		report.best.pairing[backend] = Math.min(...paired);
		for (const rows of sizes) {
			const times = await measureRows(world, rows, runs);
			report[backend][rows] = figuresOf(times, median);
			report.best[backend][rows] = figuresOf(times, (list) => Math.min(...list));
		}
		report.timeline[backend] = await measureTimeline(backend, world);
		report.rejection[backend] = await measureRejection(world, runs);
	}
	report.counts = await count();
	return report;
}

type World = Awaited<ReturnType<typeof makeWorld>>;

async function makeWorld(backend: Backend, size: number) {
	const { publicKey, secretKey } = await createAuthority(hospital, undefined, { backend });
	const attributes = Array.from({ length: size }, (_, i) => `a${i}#0@${hospital}`);
	const keys = new Map<string, Uint8Array>();
	for (const attribute of attributes) keys.set(attribute, await issueKey(secretKey, { gid, attribute, backend }));
	return { backend, publicKey, secretKey, authorities: new Map([[hospital, publicKey]]), attributes, keys };
}

async function measureRows(world: World, rows: number, runs: number): Promise<Record<keyof Figures, number[]>> {
	const { backend, secretKey, authorities, attributes, keys } = world;
	const policy = attributes.slice(0, rows).join(' and ');
	const { capsule } = await encapsulate({ policy, authorities, context, backend });
	return {
		issueKey: await timesOf(runs, async (i) => {
			const attribute = attributes[i % attributes.length] ?? '';
			await issueKey(secretKey, { gid, attribute, backend });
		}),
		encapsulate: await timesOf(runs, () => encapsulate({ policy, authorities, context, backend })),
		decapsulate: await timesOf(runs, () => decapsulate({ capsule, gid, keys, context, backend })),
	};
}

function figuresOf(times: Record<keyof Figures, number[]>, of: (list: readonly number[]) => number): Figures {
	return { issueKey: of(times.issueKey), encapsulate: of(times.encapsulate), decapsulate: of(times.decapsulate) };
}

/** 1,000 records of ten patients, each sealed under one lock: the hospital's attribute and that patient's consent. */
async function measureTimeline(backend: Backend, { publicKey, keys, attributes }: World): Promise<Timeline> {
	const [role = ''] = attributes;
	const locks: { capsule: Uint8Array; keys: Map<string, Uint8Array>; wrapped: Uint8Array[] }[] = [];
	const place = bind(domains.partWrap, 'benchmark');
	for (let i = 0; i < 10; i++) {
		const patient: Address = `0x${(0x30 + i).toString(16).repeat(20)}`;
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
	const start = performance.now();
	for (const lock of locks) opened.push(await decapsulate({ ...lock, gid, context, backend }));
	await unwrapAll(opened);
	const cold = performance.now() - start;
	return { cold, warm: median(await timesOf(5, () => unwrapAll(opened))) };
}

/** Elements of the first row and the tail changed one after another, in turns, each with a digest that fits. */
async function measureRejection(world: World, runs: number): Promise<Record<string, number>> {
	const { backend, authorities, attributes, keys } = world;
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
	const changed: [string, Uint8Array][] = [];
	for (const [name, from, to] of fields) {
		const body = Uint8Array.from(capsule.subarray(0, -32));
		body.set(other.capsule.subarray(from, to), from);
		changed.push([name, concat(body, await digestOf(body, context))]);
	}
	const times = new Map(changed.map(([name]) => [name, [] as number[]]));
	for (let i = 0; i <= runs; i++) {
		for (const [name, bytes] of changed) {
			const start = performance.now();
			await decapsulate({ capsule: bytes, gid, keys, context, backend }).then(
				() => Promise.reject(new Error(`A capsule with another ${name} opened.`)),
				() => undefined,
			);
			if (i > 0) times.get(name)?.push(performance.now() - start);
		}
	}
	return Object.fromEntries([...times].map(([name, list]) => [name, median(list)]));
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
	const encrypt = () => encryptRows(groups, policy, new Map([[hospital, parsed]]), scalars);
	const { rows } = encrypt();
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

/** The times of so many runs, after a second that does not count: tables are made, and machine code of WebAssembly and BigInts. */
async function timesOf(runs: number, work: (i: number) => Promise<unknown>): Promise<number[]> {
	const begin = performance.now();
	for (let i = 0; i < 5 || performance.now() - begin < 1000; i++) await work(i);
	const times: number[] = [];
	for (let i = 0; i < runs; i++) {
		const start = performance.now();
		await work(i);
		times.push(performance.now() - start);
	}
	return times;
}
