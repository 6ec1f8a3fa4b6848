/** Filecoin beside what every store must do (test/clouds): who pays, who signs, what lies, and how our names and small objects fit its own. */
import * as Abis from '@filoz/synapse-core/abis';
import { calibration } from '@filoz/synapse-core/chains';
import * as Piece from '@filoz/synapse-core/piece';
import { signAddPieces } from '@filoz/synapse-core/typed-data';
import { createClient, custom, encodeErrorResult } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cidOf, cidOfBlock, connectStore, publicStore, verified, type FilecoinConfig } from '#lib/storage/index.ts';
import { startFilecoinCloud, type FilecoinCloud } from '../../scripts/clouds/filecoin-cloud.ts';
import { payerKey, sessionKey } from '../../scripts/clouds/filecoin-contracts.ts';
import { faultyServer, type FaultyServer } from './faulty-server.ts';
import { bytes, fresh, refusal } from './samples.ts';

let cloud: FilecoinCloud;
let proxy: FaultyServer;
beforeEach(async () => {
	cloud = await startFilecoinCloud();
	proxy = await faultyServer(`http://127.0.0.1:${cloud.port}`);
});
afterEach(async () => {
	vi.useRealTimers();
	await proxy.stop();
	await cloud.stop();
});

/** The store as everything between goes through the proxy; each proxy is another node to the store. */
const store = (changes: Partial<FilecoinConfig> = {}) =>
	connectStore({ ...cloud.config, rpcUrl: `${proxy.url}/rpc`, ...changes });
const requests = (method: string, path: RegExp) =>
	proxy.requests.filter((request) => request.startsWith(method) && path.test(request));
const payer = createClient({
	account: privateKeyToAccount(payerKey),
	chain: calibration,
	transport: custom({ request: () => Promise.reject(new Error('nobody is asked')) }),
});

/** Pieces in the data set that hold what their metadata says, be it true or not. */
async function claim(claims: { piece: Uint8Array; metadata: Record<string, string> }[]): Promise<void> {
	const pieces = claims.map(({ piece, metadata }) => ({
		pieceCid: Piece.calculate(piece),
		metadata: Object.entries(metadata).map(([key, value]) => ({ key, value })),
	}));
	const extraData = await signAddPieces(payer, { clientDataSetId: 77n, pieces });
	const names = pieces.map(({ pieceCid }) => String(pieceCid));
	expect(await cloud.contracts.addPieces(names, extraData)).toHaveProperty('ids');
}

describe('a reader of a data set', () => {
	test('needs no key, and can write nothing', async () => {
		const { cid, content } = await fresh(1000);
		await store().put(cid, content);
		const reader = store({ privateKey: undefined });
		expect(reader.capabilities).toEqual({ write: false, remove: false, shared: true, conditional: false });
		expect(await reader.readRange(cid, 100, 200)).toEqual(content.slice(100, 200));
		await expect(reader.put(cid, content)).rejects.toMatchObject(refusal('storage.unauthorised'));
		await expect(reader.remove(cid)).rejects.toMatchObject(refusal('storage.unauthorised'));
		expect((await reader.probe()).checks).toEqual([{ step: 'read', ok: true }]);
	});

	test('knows it by the name that manifests have', () => {
		expect(store().name).toBe('filecoin:calibration/12');
		expect(publicStore('filecoin:calibration/12').name).toBe('filecoin:calibration/12');
		expect(publicStore('filecoin:mainnet/7').capabilities.write).toBe(false);
	});

	test.each(['filecoin:othernet/12', 'filecoin:mainnet/0', 'filecoin:mainnet/x', 'filecoin:mainnet/12/', 'filecoin:'])(
		'is not led anywhere by %s',
		(name) =>
			expect(() => publicStore(name)).toThrow(expect.objectContaining(refusal('storage.invalid-cloud')) as Error),
	);

	test('finds what is beyond the first hundred pieces, and passes over pieces of other programs', async () => {
		const { cid, content } = await fresh(500);
		const other = bytes(200);
		await claim([
			...Array.from({ length: 230 }, (_, i) => ({ piece: other, metadata: i % 2 ? {} : { cid: `other ${i}` } })),
			{ piece: content, metadata: { cid: String(cid) } },
		]);
		expect(await store().stat(cid)).toBe(null); // the chain knows it, the provider does not have it
		await store().put(cid, content);
		expect(await store().readRange(cid, 0, 500)).toEqual(content);
	});

	test('is asked for newer pieces alone once the others are known', async () => {
		const [one, two] = await Promise.all([fresh(300), fresh(300)]);
		await store().put(one.cid, one.content);
		await store().readRange(one.cid, 0, 1);
		proxy.requests.length = 0;
		await store().readRange(one.cid, 0, 300);
		expect(requests('POST', /rpc/)).toHaveLength(0);
		expect(await store().stat(two.cid)).toBe(null);
		proxy.requests.length = 0;
		expect(await store().stat(two.cid)).toBe(null);
		expect(requests('POST', /rpc/)).toHaveLength(1);
	});
});

describe('lies about a data set', () => {
	test('another piece under an address is found out by its bytes', async () => {
		const [one, two] = await Promise.all([fresh(400), fresh(400)]);
		await store().put(two.cid, two.content);
		await claim([{ piece: two.content, metadata: { cid: String(one.cid) } }]);
		await expect(verified(store()).readRange(one.cid, 0, 400)).rejects.toMatchObject(refusal('storage.corrupt'));
	});

	test.each(['-1', '1.5', '401', 'many', '1e99'])(
		'a size of %s is no size, and its piece none of ours',
		async (size) => {
			const { cid, content } = await fresh(400);
			await claim([{ piece: content, metadata: { cid: String(cid), size } }]);
			expect(await store().stat(cid)).toBe(null);
		},
	);

	test.each(['javascript:alert(1)', 'http://10.0.0.1/', 'ftp://provider.example/', 'provider', ''])(
		'a provider that says it listens at "%s" is not asked',
		async (serviceUrl) => {
			cloud.contracts.serviceUrl = serviceUrl;
			const { cid } = await fresh(400);
			await expect(store().stat(cid)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
		},
	);

	test.each<[string, Partial<FilecoinConfig>]>([
		['a data set that nobody made', { dataSet: '13' }],
		['a data set on another network', { network: 'mainnet' }],
	])('%s is a wrong setting', async (_, changes) => {
		const { cid } = await fresh(400);
		await expect(store(changes).stat(cid)).rejects.toMatchObject({ name: 'AppError', code: expect.stringMatching(/^storage\.(invalid-cloud|unreachable)$/) as string }); // prettier-ignore
	});

	test('a data set that was given up is a wrong setting', async () => {
		cloud.contracts.live = false;
		const { cid } = await fresh(400);
		await expect(store().stat(cid)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
	});

	test.each(['<html>', '{}', '{"jsonrpc":"2.0","id":1,"result":"0x1234"}', '{"error":"no"}'])(
		'a node that answers %s has not answered',
		async (body) => {
			proxy.fault = () => ({ status: 200, body });
			const { cid } = await fresh(400);
			await expect(store().stat(cid)).rejects.toMatchObject(refusal('storage.unreachable', { store: store().name }));
		},
	);

	test('a node that was down is asked again', async () => {
		const { cid } = await fresh(400);
		proxy.fault = () => 'hang-up';
		await expect(store().stat(cid)).rejects.toMatchObject(refusal('storage.unreachable'));
		proxy.fault = () => null;
		expect(await store().stat(cid)).toBe(null);
	});
});

describe('small objects', () => {
	test('have their own size, in a piece of the smallest', async () => {
		for (const length of [0, 1, 126, 127, 128]) {
			const { cid, content } = await fresh(length);
			await store().put(cid, content);
			expect(await store().stat(cid)).toEqual({ size: length });
			expect(await store().readRange(cid, 0, 1000)).toEqual(content);
			expect(await store().readRange(cid, 0, length)).toEqual(content);
		}
	});

	test('that are the same once padded, and objects of the same bytes, are kept apart', async () => {
		const contents = [new Uint8Array([7]), new Uint8Array([7, 0]), new Uint8Array([7, 0, 0])];
		const objects = await Promise.all(contents.map(async (content) => ({ content, cid: await cidOf(content) })));
		const again = { content: contents[1]!, cid: await cidOfBlock(contents[1]!, 'dag-cbor') };
		const all = [...objects, again];
		await Promise.all(all.map(({ cid, content }) => store().put(cid, content)));
		for (const { cid, content } of all) expect(await store().readRange(cid, 0, 99)).toEqual(content);
		await store().remove(again.cid);
		expect(await store().stat(again.cid)).toBe(null);
		expect(await store().readRange(objects[1]!.cid, 0, 99)).toEqual(contents[1]);
	});

	test('too large an object is refused before a byte of it is read', async () => {
		const { cid } = await fresh(10);
		const read = vi.fn<() => Promise<Uint8Array>>();
		await expect(store().put(cid, { size: 1_065_353_217, read })).rejects.toMatchObject(refusal('storage.full'));
		expect(read).not.toHaveBeenCalled();
	});

	test('other bytes than the address says never leave', async () => {
		const { cid } = await fresh(1000);
		await expect(store().put(cid, bytes(1000, 9))).rejects.toMatchObject(refusal('storage.corrupt'));
		expect(requests('POST', /pdp/)).toHaveLength(0);
	});
});

describe('who signs and who pays', () => {
	test('a session key that the wallet allowed writes and removes; once it is over, no more', async () => {
		const [one, two] = await Promise.all([fresh(300), fresh(300)]);
		const session = store({ privateKey: sessionKey });
		await session.put(one.cid, one.content);
		cloud.contracts.sessionKeys = [];
		await expect(session.put(two.cid, two.content)).rejects.toMatchObject(refusal('storage.unauthorised', { reason: 'InvalidSignature' })); // prettier-ignore
		await expect(session.remove(one.cid)).rejects.toMatchObject(refusal('storage.unauthorised'));
		expect(await session.readRange(one.cid, 0, 300)).toEqual(one.content);
		expect(await session.stat(two.cid)).toBe(null);
	});

	const address = `0x${'1'.repeat(40)}` as const;
	const { fwss, filecoinPay } = Abis;
	test.each([
		['storage.unpaid', encodeErrorResult({ abi: fwss, errorName: 'InsufficientLockupFunds', args: [address, 2n, 1n] })],
		['storage.not-approved', encodeErrorResult({ abi: fwss, errorName: 'OperatorNotApproved', args: [address, address] })], // prettier-ignore
		['storage.not-approved', encodeErrorResult({ abi: fwss, errorName: 'InsufficientRateAllowance', args: [address, address, 0n, 0n, 1n] })], // prettier-ignore
		['storage.not-approved', encodeErrorResult({ abi: filecoinPay, errorName: 'OperatorRateAllowanceExceeded', args: [0n, 1n] })], // prettier-ignore
		['storage.invalid-cloud', encodeErrorResult({ abi: fwss, errorName: 'InvalidDataSetId', args: [12n] })],
		['storage.invalid-cloud', '0xdeadbeef'],
	] as const)('%s is what a contract’s refusal becomes: %s', async (code, data) => {
		cloud.contracts.refusal = data;
		const { cid, content } = await fresh(300);
		await expect(store().put(cid, content)).rejects.toMatchObject(refusal(code, { store: store().name }));
		expect(await store().stat(cid)).toBe(null);
		cloud.contracts.refusal = null;
		await store().put(cid, content);
		expect(await store().readRange(cid, 0, 300)).toEqual(content);
	});

	test('are asked before there is anything to write: a rehearsal leaves nothing on the chain', async () => {
		const [session, rehearse] = [store({ privateKey: sessionKey }), true];
		const worked = [{ step: 'write', ok: true }, { step: 'read', ok: true }]; // prettier-ignore
		expect((await session.probe({ rehearse })).checks).toEqual(worked);
		expect(requests('POST', /data-sets/)).toHaveLength(0);
		cloud.contracts.sessionKeys = [];
		const refused = await session.probe({ rehearse });
		expect(refused).toMatchObject({ ok: false, checks: [{ step: 'write', ok: false, error: refusal('storage.unauthorised') }, { ok: true }] }); // prettier-ignore
		cloud.contracts.refusal = encodeErrorResult({ abi: fwss, errorName: 'InsufficientLockupFunds', args: [address, 2n, 1n] }); // prettier-ignore
		const unpaid = await store().probe({ rehearse });
		expect(unpaid.checks[0]?.error).toMatchObject(refusal('storage.unpaid', { store: store().name }));
		proxy.fault = ({ url = '' }) => (url.includes('pdp') ? { status: 503, headers: { 'retry-after': '0' } } : null);
		expect((await store().probe({ rehearse })).checks[0]?.error).toMatchObject(refusal('storage.busy'));
		const stop = { signal: AbortSignal.abort(), rehearse };
		await expect(store().probe(stop)).rejects.toMatchObject(refusal('general.cancelled'));
	});

	test('a key is never sent', async () => {
		const sent: string[] = [];
		proxy.fault = (request) => {
			request.on('data', (part: Buffer) => sent.push(String(part)));
			return null;
		};
		const { cid, content } = await fresh(300);
		await store().put(cid, content);
		await store().remove(cid);
		expect(sent.length).toBeGreaterThan(4);
		expect(sent.join('')).not.toContain(payerKey.slice(2));
	});
});

describe('a transaction', () => {
	test('is waited for', async () => {
		cloud.pending = 1;
		const { cid, content } = await fresh(300);
		await store().put(cid, content);
		expect(requests('GET', /added/)).toHaveLength(2);
		expect(await store().readRange(cid, 0, 300)).toEqual(content);
	});

	test('that is never confirmed is said to be so, in the end', async () => {
		cloud.pending = Infinity;
		const { cid, content } = await fresh(300);
		vi.useFakeTimers({ toFake: ['Date'] });
		proxy.fault = ({ url = '' }) => {
			if (url.includes('added')) vi.setSystemTime(Date.now() + 301_000);
			return null;
		};
		cloud.contracts.hidden = true;
		await expect(store().put(cid, content)).rejects.toMatchObject(refusal('storage.unconfirmed', { store: store().name })); // prettier-ignore
	});

	test('that the chain rejects is no success', async () => {
		cloud.rejects = true;
		const { cid, content } = await fresh(300);
		await expect(store().put(cid, content)).rejects.toMatchObject(refusal('storage.invalid-cloud'));
		expect(await store().stat(cid)).toBe(null);
	});

	test('whose end the provider cannot tell is looked for on the chain', async () => {
		proxy.fault = ({ url = '' }) => (url.includes('added') ? { status: 500 } : null);
		const { cid, content } = await fresh(300);
		await store().put(cid, content);
		expect(await store().readRange(cid, 0, 300)).toEqual(content);
	});

	test('takes all that waited while another was under way', async () => {
		const objects = await Promise.all(Array.from({ length: 15 }, () => fresh(300)));
		cloud.pending = 1;
		await Promise.all(objects.map(({ cid, content }) => store().put(cid, content)));
		expect(requests('POST', /data-sets\/12\/pieces$/).length).toBeLessThanOrEqual(4);
		for (const { cid, content } of objects) expect(await store().readRange(cid, 0, 300)).toEqual(content);
	});

	test('is not made for what is there, and is made again for what the provider lost', async () => {
		const { cid, content } = await fresh(300);
		await store().put(cid, content);
		await store().put(cid, content);
		expect(requests('POST', /data-sets\/12\/pieces$/)).toHaveLength(1);
		cloud.lose(String(Piece.calculate(content)));
		expect(await store().stat(cid)).toBe(null);
		await store().put(cid, content);
		expect(requests('POST', /data-sets\/12\/pieces$/)).toHaveLength(2);
		await store().remove(cid);
		expect(await store().stat(cid)).toBe(null);
		cloud.contracts.prove();
		expect(await store().stat(cid)).toBe(null);
	});
});
