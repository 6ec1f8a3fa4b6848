/** Tries and headers, against the vectors of ethereum/tests and against another implementation: that of the local node. */
import fc from 'fast-check';
import { keccak256, numberToHex, stringToHex } from 'viem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readHeader } from '#lib/chain/cross-check/header.ts';
import { provenLogs } from '#lib/chain/cross-check/receipts.ts';
import { askForProof, provenWord } from '#lib/chain/cross-check/state.ts';
import { emptyRoot, readProof, rootOf, rootOfList } from '#lib/chain/cross-check/trie.ts';
import { readHistory, readRecord, recordInWord, recordWordPlace } from '#lib/chain/index.ts';
import { addOwnRecord, settle, startNetwork, type Network } from './network.ts';

type Hex = `0x${string}`;

describe('the root of a trie', () => {
	// ethereum/tests, TrieTests: trieanyorder.json and hex_encoded_securetrie_test.json.
	test.each<[name: string, entries: [string, string][], root: string]>([
		['singleItem', [['A', 'a'.repeat(50)]], '0xd23786fb4a010da3ce639d66d5e904a11dbc02746d1ce25029e53290cabf28ab'],
		[
			'dogs',
			[
				['doe', 'reindeer'],
				['dog', 'puppy'],
				['dogglesworth', 'cat'],
			],
			'0x8aad789dff2f538bca5d8ea56e8abe10f4c7ba3a5dea95fea4cd6e7c3a1168d3',
		],
		[
			'puppy',
			[
				['do', 'verb'],
				['horse', 'stallion'],
				['doge', 'coin'],
				['dog', 'puppy'],
			],
			'0x5991bb8c6514148a29db676a14ac506cd2cd5775ace63c30a4fe457715e9ac84',
		],
		[
			'foo',
			[
				['foo', 'bar'],
				['food', 'bass'],
			],
			'0x17beaa1648bafa633cda809c90c04af50fc8aed3cb40d16efbddee6fdf63c4c3',
		],
	])('%s', (_, entries, root) => {
		expect(rootOf(entries.map(([key, value]) => [stringToHex(key), stringToHex(value)]))).toBe(root);
	});
	test('test1 of accounts under hashed keys', () => {
		const accounts: [Hex, Hex][] = [
			[
				'0xa94f5374fce5edbc8e2a8697c15331677e6ebf0b',
				'0xf848018405f446a7a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
			],
			[
				'0x095e7baea6a6c7c4c2dfeb977efac326af552d87',
				'0xf8440101a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421a004bccc5d94f4d1f99aab44369a910179931772f2a5c001c3229f57831c102769',
			],
			[
				'0xd2571607e241ecf590ed94b12d87c94babe36db6',
				'0xf8440180a0ba4b47865c55a341a4a78759bb913cd15c3ee8eaf30a62fa8d1c8863113d84e8a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
			],
			[
				'0x62c01474f089b07dae603491675dc5b5748f7049',
				'0xf8448080a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
			],
			[
				'0x2adc25665018aa1fe0e6bc666dac8fc2697ff9ba',
				'0xf8478083019a59a056e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421a0c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470',
			],
		];
		expect(rootOf(accounts.map(([address, account]) => [keccak256(address), account]))).toBe(
			'0x730a444e08ab4b8dee147c9b232fc52d34a223d600031c1e9d25bfc985cbd797',
		);
	});
	test('nothing has the root that every chain knows', () => {
		expect(rootOfList([])).toBe('0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421');
		expect(readProof(emptyRoot, '0x12', [])).toBe('0x');
	});
});

describe('against the local node', () => {
	let network: Network;
	let recordId: Hex;
	beforeAll(async () => {
		network = await startNetwork();
		await settle(network);
		for (let i = 0; i < 6; i++) await network.done(addOwnRecord(network, network.patient, `header ${i}`));
		const events = await readHistory(network.client, network.contracts, {
			patient: network.patient.address,
			names: ['RecordAdded'],
		});
		recordId = events.flatMap((event) => (event.name === 'RecordAdded' ? [event.recordId] : [])).at(2)!;
	});
	afterAll(() => network.node.stop());

	test('every header hashes to its hash, and a changed one does not', async () => {
		const { number } = await readHeader(network.client, 'latest');
		for (let block = 0; block <= number; block++) {
			expect(await readHeader(network.client, block)).toMatchObject({ number: block, isProven: true });
		}
	});
	test('the receipts of every block lead to its root', async () => {
		const { number } = await readHeader(network.client, 'latest');
		let logs = 0;
		for (let block = 1; block <= number; block++) {
			const found = await provenLogs(network.client, await readHeader(network.client, block));
			expect(found, `block ${block}`).not.toBeNull();
			logs += found?.length ?? 0;
		}
		expect(logs).toBeGreaterThan(10);
		const header = await readHeader(network.client, 'latest');
		expect(await provenLogs(network.client, { ...header, receiptsRoot: emptyRoot })).toBeNull();
	});
	test('a record’s word is where and what it is said to be', async () => {
		const header = await readHeader(network.client, 'latest');
		const place = recordWordPlace(network.contracts, recordId);
		const proof = (await askForProof(network.client, place, header.number))!;
		const word = provenWord(header, place, proof)!;
		const params = [place.address, place.slot, numberToHex(header.number)] as const;
		const stored = await network.client.request({ method: 'eth_getStorageAt', params: params as never });
		expect(word).toBe(BigInt(stored));
		const registry = network.contracts.recordRegistry;
		expect(recordInWord(word)).toEqual(await readRecord(network.client, { registry, recordId }));
	});
	test('that there is no such record is proved too', async () => {
		const header = await readHeader(network.client, 'latest');
		for (let i = 0; i < 20; i++) {
			const place = recordWordPlace(network.contracts, keccak256(numberToHex(i)));
			const proof = (await askForProof(network.client, place, header.number))!;
			expect(provenWord(header, place, proof)).toBe(0n);
			expect(recordInWord(0n)).toBeNull();
		}
	});
	test('a proof that was changed anywhere, cut short, or is of something else does not hold', async () => {
		const header = await readHeader(network.client, 'latest');
		const place = recordWordPlace(network.contracts, recordId);
		const proof = (await askForProof(network.client, place, header.number))!;
		const word = provenWord(header, place, proof);
		const parts = (): Hex[][] => {
			const copy = structuredClone(proof);
			return [copy.accountProof, copy.storageProof[0]!.proof];
		};
		fc.assert(
			fc.property(fc.nat(1), fc.nat(), fc.nat(), fc.integer({ min: 1, max: 15 }), (part, node, digit, by) => {
				const [accountProof, storage] = parts() as [Hex[], Hex[]];
				const list = part === 0 ? accountProof : storage;
				const at = node % list.length;
				const text = list[at]!;
				const position = 2 + (digit % (text.length - 2));
				const other = (parseInt(text.charAt(position), 16) ^ by).toString(16);
				list[at] = `${text.slice(0, position)}${other}${text.slice(position + 1)}` as Hex;
				expect(provenWord(header, place, { accountProof, storageProof: [{ proof: storage }] })).toBeNull();
			}),
			{ numRuns: 300 },
		);
		for (const drop of [0, 1]) {
			const [accountProof, storage] = parts() as [Hex[], Hex[]];
			(drop === 0 ? accountProof : storage).pop();
			expect(provenWord(header, place, { accountProof, storageProof: [{ proof: storage }] })).toBeNull();
		}
		const other = recordWordPlace(network.contracts, keccak256('0x01'));
		expect(provenWord(header, other, proof)).not.toBe(word);
		expect(provenWord({ stateRoot: emptyRoot }, place, proof)).toBeNull();
		expect(provenWord(header, place, { accountProof: ['0xzz'], storageProof: [] })).toBeNull();
	});
});
