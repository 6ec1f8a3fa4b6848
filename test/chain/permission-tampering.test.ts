/** Whoever carries a permission can change nothing of it: any field that differs from what was signed is refused. */
import fc from 'fast-check';
import { numberToHex } from 'viem';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { messageTypes, relayPermission, type MessageName, type SignedAction } from '#lib/chain/index.ts';
import { entryType } from '#lib/chain/permissions/messages.ts';
import type { ErrorCode } from '#lib/errors.ts';
import { runs } from '../slow.ts';
import { permissionCases, prepare, signInTurn } from './permission-cases.ts';
import { day, startNetwork, type Network } from './network.ts';

let network: Network;
let signed: SignedAction[];

beforeAll(async () => {
	network = await startNetwork();
	await prepare(network);
	const deadline = (await network.now()) + day;
	const cases = Object.values(await permissionCases(network));
	signed = await Promise.all(
		cases.map(({ signer, message }) => signInTurn(network, signer, { message, nonce: 0, deadline })),
	);
});
afterAll(() => network.node.stop());

const refusals: readonly ErrorCode[] = ['chain.permission-invalid', 'chain.permission-over', 'chain.wrong-network'];

const bytes = (length: number) =>
	fc
		.uint8Array({ minLength: length, maxLength: length })
		.map((value) => `0x${Buffer.from(value).toString('hex')}` as const);
const unsigned = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });

/** Any value of a type of EIP-712. */
function valueOf(type: string): fc.Arbitrary<unknown> {
	switch (type) {
		case 'address':
			return bytes(20);
		case 'bytes32':
			return fc.oneof(bytes(32), fc.constant(`0x${'0'.repeat(64)}`));
		case 'uint32':
			return unsigned(32);
		case 'uint48':
			return unsigned(48);
		case 'string':
			return fc.string();
		case 'bytes':
			return fc.nat(100).chain(bytes);
		default:
			return fc.array(fc.record(Object.fromEntries(entryType.map((part) => [part.name, valueOf(part.type)]))));
	}
}

/** The list with two entries changed about, one left out, or one twice. */
function rearranged(list: readonly unknown[]): fc.Arbitrary<unknown> {
	return fc.oneof(
		fc.shuffledSubarray([...list]),
		fc.nat(list.length - 1).map((index) => [...list, list[index]]),
	);
}

/** The signature with some bits turned, some bytes more or fewer, or as its twin that only lax verifiers accept. */
function resigned(signature: `0x${string}`): fc.Arbitrary<string> {
	const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
	const digits = signature.slice(2);
	const s = BigInt(`0x${digits.slice(64, 128)}`);
	const v = digits.endsWith('1b') ? '1c' : '1b';
	const twin = `0x${digits.slice(0, 64)}${numberToHex(order - s, { size: 32 }).slice(2)}${v}`;
	const turned = fc.tuple(fc.nat(64), fc.integer({ min: 1, max: 255 })).map(([index, mask]) => {
		const raw = Buffer.from(digits, 'hex');
		raw[index] = (raw[index] ?? 0) ^ mask;
		return `0x${raw.toString('hex')}`;
	});
	const cut = fc.nat(64).map((length) => signature.slice(0, 2 + 2 * length));
	const longer = bytes(1).map((more) => `${signature}${more.slice(2)}`);
	return fc.oneof(turned, cut, longer, fc.constant(twin), bytes(65));
}

/** What one field of the whole may be instead. */
function instead(action: SignedAction, field: string): fc.Arbitrary<unknown> {
	const types = messageTypes[action.name] as readonly { name: string; type: string }[];
	const { consentRegistry, recordRegistry, patientRegistry } = network.contracts;
	switch (field) {
		case 'chainId':
			return unsigned(32);
		case 'registry':
			return fc.oneof(bytes(20), fc.constantFrom(consentRegistry, recordRegistry, patientRegistry));
		case 'name':
			return fc.constantFrom(...(Object.keys(messageTypes) as MessageName[]));
		case 'signer':
			return fc.oneof(bytes(20), fc.constantFrom(network.relayer.address, network.otherPatient.address));
		case 'nonce':
			return unsigned(32);
		case 'deadline':
			return fc.oneof(
				unsigned(48),
				fc.integer({ min: 1, max: 100 }).map((more) => action.deadline + more),
			);
		case 'signature':
			return resigned(action.signature);
		default: {
			const value = action.terms[field];
			const other = valueOf(types.find(({ name }) => name === field)?.type ?? '');
			return Array.isArray(value) ? fc.oneof(other, rearranged(value)) : other;
		}
	}
}

const ofWhole = ['chainId', 'registry', 'name', 'signer', 'nonce', 'deadline', 'signature'];

test('any single field altered, in any message, is refused', async () => {
	const alteration = fc
		.nat(signed.length - 1)
		.map((index) => signed[index]!)
		.chain((action) =>
			fc
				.constantFrom(...ofWhole, ...Object.keys(action.terms))
				.chain((field) =>
					fc.record({ action: fc.constant(action), field: fc.constant(field), value: instead(action, field) }),
				),
		);
	await fc.assert(
		fc.asyncProperty(alteration, async ({ action, field, value }) => {
			const isTerm = !ofWhole.includes(field);
			const before: unknown = isTerm ? action.terms[field] : action[field as keyof SignedAction];
			fc.pre(JSON.stringify(value) !== JSON.stringify(before));
			const altered = isTerm
				? { ...action, terms: { ...action.terms, [field]: value } }
				: { ...action, [field]: value };
			const outcome: unknown = await relayPermission(
				network.relayer.wallet,
				network.contracts,
				altered as SignedAction,
			).catch((error: unknown) => error);
			expect(outcome).toMatchObject({ name: 'AppError' });
			expect(refusals).toContain((outcome as { code: ErrorCode }).code);
		}),
		runs(300, 3000),
	);
});

test('a term more, or one less, is refused', async () => {
	for (const action of signed) {
		const [first, ...rest] = Object.entries(action.terms);
		const more = { ...action, terms: { ...action.terms, signer: network.relayer.address } };
		const less = first && { ...action, terms: Object.fromEntries(rest) };
		for (const altered of [more, ...(less ? [less] : [])]) {
			await expect(relayPermission(network.relayer.wallet, network.contracts, altered)).rejects.toMatchObject({
				code: 'chain.permission-invalid',
			});
		}
	}
});

test('and what was signed is what counts, after all that', async () => {
	for (const name of ['ShareRecords', 'AddRecords', 'PublishKeys'] as const) {
		const action = signed.find((each) => each.name === name)!;
		await network.done(relayPermission(network.relayer.wallet, network.contracts, action));
	}
});
