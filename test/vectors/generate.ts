/**
 * Makes the vectors of our own formats: `node test/vectors/generate.ts`. They pin the bytes, so a change here is a change of
 * format and needs a new version byte. All come from fixed seeds, but for HPKE's boxes: those are made once and kept.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { concat, toHex, utf8 } from '#lib/bytes.ts';
import { digestOf } from '#lib/crypto/abe/capsule.ts';
import { g1ToBytes } from '#lib/crypto/abe/group.ts';
import { hashAttribute, hashUser } from '#lib/crypto/abe/hash.ts';
import { createAuthority, issueKey, type Address } from '#lib/crypto/abe/index.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import * as suite from '#lib/crypto/index.ts';

const seedOf = (text: string) => suite.sha256(utf8(text));
const write = (name: string, value: unknown) => {
	writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(value, null, '\t')}\n`);
};

const hospital: Address = '0x1111111111111111111111111111111111111111';
const patient: Address = '0x3333333333333333333333333333333333333333';
const amina = '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
const basil = '0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';
const doctor = `doctor#0@${hospital}`;
const nurse = `nurse#3@${hospital}`;
const labs = `consent.labs#0@${patient}`;
const context = utf8('vector');

async function abe() {
	const authorities = await Promise.all(
		[hospital, patient].map(async (address) => {
			const seed = await seedOf(`authority ${address}`);
			return { address, seed, ...(await createAuthority(address, seed)) };
		}),
	);
	const issue = async (gid: string, attribute: string) => {
		const issuer = authorities.find(({ address }) => attribute.endsWith(address));
		if (!issuer) throw new Error(attribute);
		return { gid, attribute, key: toHex(await issueKey(issuer.secretKey, { gid, attribute })) };
	};
	const keys = [
		await issue(amina, doctor),
		await issue(amina, labs),
		await issue(basil, labs),
		await issue(basil, nurse),
	];
	const publicKeys = new Map(authorities.map(({ address, publicKey }) => [address, publicKey]));
	const policies = [doctor, `${doctor} and ${labs}`, `${nurse} or ${labs}`, `2 of (${doctor}, ${nurse}, ${labs})`];
	const capsules = await Promise.all(
		policies.map(async (policy) => {
			const seed = await seedOf(`capsule ${policy}`);
			const sealed = await encapsulateSeed({ policy, authorities: publicKeys, context }, seed);
			return { policy, context: toHex(context), seed: toHex(seed), capsule: sealed.capsule, key: toHex(sealed.key) };
		}),
	);
	const [one, and] = capsules.map(({ capsule }) => capsule) as [Uint8Array, Uint8Array];
	const fit = async (bytes: Uint8Array) =>
		concat(bytes.subarray(0, -32), await digestOf(bytes.subarray(0, -32), context));
	const row = 3 + doctor.length + 384;
	const flipped = (offset: number) => fit(one.with(offset, (one[offset] ?? 0) ^ 1));
	const put = (offset: number, bytes: Uint8Array) => {
		const changed = Uint8Array.from(one);
		changed.set(bytes, offset);
		return fit(changed);
	};
	const refusals: [string, Uint8Array, string, string[], string, Uint8Array?][] = [
		['an attribute is missing', and, amina, [doctor], 'crypto.policy-not-met'],
		['no keys', one, amina, [], 'crypto.policy-not-met'],
		["another user's key", one, basil, [doctor], 'crypto.wrong-key'],
		['another context', one, amina, [doctor], 'crypto.invalid-capsule', utf8('other')],
		['a digest that does not fit', one.with(-1, (one.at(-1) ?? 0) ^ 1), amina, [doctor], 'crypto.invalid-capsule'],
		['another version', await flipped(0), amina, [doctor], 'crypto.invalid-capsule'],
		['C1 not in GT', await flipped(row + 100), amina, [doctor], 'crypto.invalid-capsule'],
		['C2 not in G2', await flipped(row + 300), amina, [doctor], 'crypto.invalid-capsule'],
		[
			'C3 the identity',
			await put(row + 384, new Uint8Array(96).with(0, 0xc0)),
			amina,
			[doctor],
			'crypto.invalid-capsule',
		],
		[
			'C4 outside the subgroup',
			await put(row + 480, new Uint8Array(48).with(0, 0x80).with(47, 4)),
			amina,
			[doctor],
			'crypto.invalid-capsule',
		],
		[
			'C2 and C3 exchanged',
			await put(row + 288, concat(one.slice(row + 384, row + 480), one.slice(row + 288, row + 384))),
			amina,
			[doctor],
			'crypto.invalid-capsule',
		],
		['the masked seed changed', await flipped(row + 528), amina, [doctor], 'crypto.invalid-capsule'],
		['the commitment changed', await flipped(row + 560), amina, [doctor], 'crypto.invalid-capsule'],
		['cut off', one.slice(0, -1), amina, [doctor], 'crypto.invalid-capsule'],
		['extended', concat(one, Uint8Array.of(0)), amina, [doctor], 'crypto.invalid-capsule'],
	];
	write('abe/rw15-v1.json', {
		hashes: {
			users: [amina, doctor].map((gid) => ({ gid, point: toHex(g1ToBytes(hashUser(gid))) })),
			attributes: [doctor, labs].map((attribute) => ({ attribute, point: toHex(g1ToBytes(hashAttribute(attribute))) })),
		},
		authorities: authorities.map(({ address, seed, publicKey, secretKey }) => ({
			address,
			seed: toHex(seed),
			publicKey: toHex(publicKey),
			secretKey: toHex(secretKey),
		})),
		keys,
		capsules: capsules.map((entry) => ({ ...entry, capsule: toHex(entry.capsule) })),
		refusals: refusals.map(([name, capsule, gid, attributes, error, where = context]) => ({
			name,
			capsule: toHex(capsule),
			gid,
			attributes,
			context: toHex(where),
			error,
		})),
	});
}

async function stream() {
	const partKey = await seedOf('part');
	const cases = [
		{ name: 'empty piece', place: { index: 0, k: 1, n: 1 }, chunk: { index: 0, last: true }, plaintext: '' },
		{
			name: 'first of three copies',
			place: { index: 0, k: 1, n: 3 },
			chunk: { index: 0, last: true },
			plaintext: 'haemoglobin',
		},
		{
			name: 'third of three copies',
			place: { index: 2, k: 1, n: 3 },
			chunk: { index: 0, last: true },
			plaintext: 'haemoglobin',
		},
		{
			name: 'last of 300 chunks',
			place: { index: 1, k: 2, n: 4 },
			chunk: { index: 299, last: true },
			plaintext: 'the end',
		},
	];
	const vectors = [];
	for (const { plaintext, ...rest } of cases) {
		const key = await suite.derivePieceKey(partKey, rest.place);
		const sealed = await suite.sealChunk(key, rest.chunk.index, rest.chunk.last, utf8(plaintext));
		const commitment = toHex(key.commitment);
		vectors.push({
			...rest,
			partKey: toHex(partKey),
			commitment,
			plaintext: toHex(utf8(plaintext)),
			sealed: toHex(sealed),
		});
	}
	write('stream/pieces.json', vectors);
}

async function boxes() {
	const [keys, other] = [
		await suite.createSealingKeys(await seedOf('reader')),
		await suite.createSealingKeys(await seedOf('other')),
	];
	const [info, plaintext] = [utf8('info'), utf8('a sealed box')];
	const box = await suite.sealTo(keys.publicKey, plaintext, info);
	const base = { secretKey: toHex(keys.secretKey), box: toHex(box), info: toHex(info) };
	write('hpke/boxes.json', [
		{ name: 'opens', ...base, plaintext: toHex(plaintext) },
		{ name: 'another info', ...base, info: toHex(utf8('Info')), error: 'crypto.corrupt' },
		{ name: 'another key', ...base, secretKey: toHex(other.secretKey), error: 'crypto.corrupt' },
		{ name: 'another suite', ...base, box: toHex(box.with(0, 2)), error: 'crypto.unsupported' },
		{ name: 'cut off', ...base, box: toHex(box.slice(0, -1)), error: 'crypto.corrupt' },
	]);
}

await abe();
await stream();
if (!existsSync(new URL('hpke/boxes.json', import.meta.url))) await boxes();
