/**
 * Makes the vectors of our own formats: `node test/vectors/generate.ts`. They pin the bytes, so a change here is a change of
 * format and needs a new version byte. All come from fixed seeds, but for HPKE's boxes: those are made once and kept.
 */
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { existsSync, writeFileSync } from 'node:fs';
import * as tree from '#lib/audit/tree/index.ts';
import { concat, fromHex, toHex, utf8 } from '#lib/bytes.ts';
import { parseSecretKey, publicKeyOf } from '#lib/crypto/abe/authority.ts';
import { parameter } from '#lib/crypto/abe/comb.ts';
import { encodeOne, product } from '#lib/crypto/abe/groups.ts';
import { hashAttribute, hashUser } from '#lib/crypto/abe/hash.ts';
import { createAuthority, issueKey, type Address } from '#lib/crypto/abe/index.ts';
import { encapsulateSeed } from '#lib/crypto/abe/kem.ts';
import { groupsFor } from '#lib/crypto/abe/options.ts';
import { challengeOf, proveAuthorityWith } from '#lib/crypto/abe/possession.ts';
import { groupOrder, modulo, scalarFromBytes, scalarToBytes } from '#lib/crypto/abe/scalar.ts';
import * as suite from '#lib/crypto/index.ts';
import { gtByHand, gtBytesByHand } from '../crypto/abe-by-hand.ts';
import { makeRefusals } from './abe-refusals.ts';

const groups = await groupsFor({});
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
	const [one, and, or] = capsules.map(({ capsule }) => capsule) as [Uint8Array, Uint8Array, Uint8Array];
	const again = await encapsulateSeed({ policy: doctor, authorities: publicKeys, context }, await seedOf('again'));
	const unmet: [string, Uint8Array, string, string[], string][] = [
		['an attribute is missing', and, amina, [doctor], 'crypto.policy-not-met'],
		['no keys', one, amina, [], 'crypto.policy-not-met'],
		['a key of another attribute', or, amina, [doctor], 'crypto.policy-not-met'],
		["another user's key", one, basil, [doctor], 'crypto.wrong-key'],
	];
	const refusals = [
		...unmet.map(([name, capsule, gid, attributes, error]) => ({
			name,
			capsule: toHex(capsule),
			gid,
			attributes,
			context: toHex(context),
			error,
		})),
		...(await makeRefusals({
			...{ context, gid: amina, attributes: [doctor, labs], one, again: again.capsule, and, or },
			policies: { one: doctor, and: `${doctor} and ${labs}`, or: `${nurse} or ${labs}` },
		})),
	];
	write('abe/rw15-v1.json', {
		hashes: {
			users: [amina, doctor].map((gid) => ({ gid, point: toHex(encodeOne(groups.G1, hashUser(groups, gid).element)) })),
			attributes: [doctor, labs].map((attribute) => ({ attribute, point: toHex(encodeOne(groups.G1, hashAttribute(groups, attribute).element)) })),
		},
		authorities: authorities.map(({ address, seed, publicKey, secretKey }) => ({
			address,
			seed: toHex(seed),
			publicKey: toHex(publicKey),
			secretKey: toHex(secretKey),
		})),
		keys,
		capsules: capsules.map((entry) => ({ ...entry, capsule: toHex(entry.capsule) })),
	});
	write('abe/refusals-v1.json', refusals);
}

/** Proofs that authorities know their secrets, and what must not pass for one. */
async function possession() {
	const [registry, otherRegistry] = [`0x${'e1'.repeat(20)}`, `0x${'e2'.repeat(20)}`];
	const contextOf = (chainId: number, at: string, authority: Address) =>
		suite.bind(suite.domains.authorityContext, chainId, at, authority);
	const here = contextOf(1, registry, hospital);
	const prove = async (address: Address, where: Uint8Array, noiseOf: string) => {
		const [seed, noise] = [await seedOf(`authority ${address}`), await seedOf(noiseOf)];
		const { publicKey, secretKey } = await createAuthority(address, seed);
		const proof = await proveAuthorityWith(secretKey, { context: where }, noise);
		return { secretKey, publicKey, context: where, noise, proof };
	};
	const own = await prove(hospital, here, 'noise');
	const again = await prove(hospital, here, 'other noise');
	const patients = await prove(patient, contextOf(1, registry, patient), 'noise');
	const silent = await prove(hospital, new Uint8Array(), 'noise');
	const { publicKey, proof } = own;
	const version = Uint8Array.of(1);
	const [c, r1, r2] = [proof.slice(1, 33), proof.slice(33, 65), proof.slice(65)] as const;
	const plusOrder = (scalar: Uint8Array) => scalarToBytes(scalarFromBytes(scalar) + groupOrder);
	const zero = new Uint8Array(32);
	const flipped = (bytes: Uint8Array, offset: number) => bytes.with(offset, (bytes[offset] ?? 0) ^ 1);
	const g2Identity = new Uint8Array(96).with(0, 0xc0);
	const [negated, shifted] = [
		await outsideTheSubgroup(own.secretKey, here, 2n),
		await outsideTheSubgroup(own.secretKey, here, 4513n),
	];
	const refusals: [string, Uint8Array, Uint8Array, Uint8Array?][] = [
		['another chain', publicKey, proof, contextOf(5, registry, hospital)],
		['another registry', publicKey, proof, contextOf(1, otherRegistry, hospital)],
		['another hospital', publicKey, proof, contextOf(1, registry, patient)],
		['no context', publicKey, proof, new Uint8Array()],
		["another authority's key", patients.publicKey, proof],
		['key and proof copied to another address', concat(version, fill(20, 0x22), publicKey.slice(21)), proof],
		[
			'egg^α copied from another key',
			concat(publicKey.slice(0, 21), patients.publicKey.slice(21, 309), publicKey.slice(309)),
			proof,
		],
		['g2^y copied from another key', concat(publicKey.slice(0, 309), patients.publicKey.slice(309)), proof],
		['another version', publicKey, proof.with(0, 2)],
		['version 0', publicKey, proof.with(0, 0)],
		['the challenge changed', publicKey, flipped(proof, 32)],
		['the response for α changed', publicKey, flipped(proof, 64)],
		['the response for y changed', publicKey, flipped(proof, 96)],
		['the challenge plus the group order', publicKey, concat(version, plusOrder(c), r1, r2)],
		['the response for α plus the group order', publicKey, concat(version, c, plusOrder(r1), r2)],
		['the response for y plus the group order', publicKey, concat(version, c, r1, plusOrder(r2))],
		['the challenge 0', publicKey, concat(version, zero, r1, r2)],
		['the response for α 0', publicKey, concat(version, c, zero, r2)],
		['the response for y 0', publicKey, concat(version, c, r1, zero)],
		['all 0', publicKey, concat(version, zero, zero, zero)],
		['the responses exchanged', publicKey, concat(version, c, r2, r1)],
		['a response of another proof of the same', publicKey, concat(version, c, r1, again.proof.slice(65))],
		['cut off', publicKey, proof.slice(0, -1)],
		['extended', publicKey, concat(proof, Uint8Array.of(0))],
		['empty', publicKey, new Uint8Array()],
		['g2^y the identity', concat(publicKey.slice(0, 309), g2Identity), proof],
		['egg^α of order 2', concat(publicKey.slice(0, 21), new Uint8Array(288), publicKey.slice(309)), proof],
		['−egg^α, where the equations hold', negated.publicKey, negated.proof],
		[
			'egg^α times an element of order 4513, where the equations hold as computed by Frobenius',
			shifted.publicKey,
			shifted.proof,
		],
		['a public key of another version', publicKey.with(0, 2), proof],
		['a public key cut off', publicKey.slice(0, -1), proof],
	];
	const inHex = (entry: Record<string, Uint8Array>) =>
		Object.fromEntries(Object.entries(entry).map(([name, bytes]) => [name, toHex(bytes)]));
	write('abe/possession-v1.json', {
		proofs: [own, again, patients, silent].map(inHex),
		refusals: refusals.map(([name, key, bytes, where = here]) => ({
			name,
			...inHex({ publicKey: key, context: where, proof: bytes }),
		})),
	});
}

const fill = (length: number, byte: number) => new Uint8Array(length).fill(byte);

/**
 * A key egg^α·d with d outside GT, and a proof with the secrets of egg^α under a challenge where d^c = 1: nothing but the check
 * of the subgroup refuses it. For d = −1 any even c will do. For d of order 4513, the smallest prime in the cofactor, c is such
 * that d vanishes in exponentiation by Frobenius as `power.ts` has it, where d^p stands for d^u.
 */
async function outsideTheSubgroup(secretKey: Uint8Array, context: Uint8Array, order: bigint) {
	const { Fp, Fp12 } = bls12_381.fields;
	const { G2, GT } = groups;
	const [{ alpha, y }, v1] = [parseSecretKey(secretKey), 1n];
	const publicKey = await publicKeyOf(groups, parseSecretKey(secretKey));
	const eggAlpha = gtByHand(publicKey.slice(21, 309));
	const any = Fp12.fromBigTwelve([1n, 2n, 3n, 4n, 5n, 6n, 7n, 8n, 9n, 10n, 11n, 12n]);
	const unitary = Fp12.div(Fp12.conjugate(any), any);
	const cyclotomic = Fp12.mul(Fp12.frobeniusMap(unitary, 2), unitary);
	const d = order === 2n ? Fp12.neg(Fp12.ONE) : Fp12.pow(cyclotomic, (Fp.ORDER ** 4n - Fp.ORDER ** 2n + 1n) / order);
	const base = order === 2n ? parameter : -Fp.ORDER;
	const vanishes = (c: bigint) =>
		[0n, 1n, 2n, 3n].reduce((sum, i) => sum + ((c / parameter ** i) % parameter) * base ** i, 0n) % order === 0n;
	const key = concat(publicKey.slice(0, 21), gtBytesByHand(Fp12.mul(eggAlpha, d)), publicKey.slice(309));
	for (let v2 = 1n; ; v2++) {
		const c = await challengeOf(groups, key, context, [product(GT, [GT.generator, v1]), product(G2, [G2.generator, v2])]);
		if (!vanishes(c)) continue;
		const scalars = [c, modulo(v1 - alpha * c), modulo(v2 - y * c)];
		return { publicKey: key, proof: concat(Uint8Array.of(1), ...scalars.map(scalarToBytes)) };
	}
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

/** Pieces have byte `(31·i + ⌊i / 4096⌋) mod 256` at place i. */
async function audit() {
	const piece = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 12)) & 0xff);
	const halfLevel = async (bytes: Uint8Array) => {
		const count = tree.halfCount(bytes.length);
		const halves = Array.from({ length: count }, (_, i) => bytes.subarray(i * 512, (i + 1) * 512));
		return concat(...(await Promise.all(halves.map((half, i) => tree.hashHalf(half, i)))));
	};
	const pieces = [];
	for (const size of [1, 16, 512, 513, 1024, 1025, 1536, 3000, 5000, 65536, 1048577, 8389700]) {
		const bytes = piece(size);
		const { root, proofs } = await tree.auditOf(bytes);
		pieces.push({
			size,
			root: toHex(root),
			proofs: { size: proofs.length, sha256: toHex(await suite.sha256(proofs)) },
		});
	}
	const bytes = piece(3000);
	const { root } = await tree.auditOf(bytes);
	const level = await halfLevel(bytes);
	const proof = async (index: number) => ({
		root: toHex(root),
		size: 3000,
		index,
		bytes: toHex(bytes.subarray(index * 512, (index + 1) * 512)),
		path: (await tree.pathFrom(level, index)).map(toHex),
	});
	const [first, third, last] = [await proof(0), await proof(2), await proof(5)];
	const [sibling, ...upper] = third.path;
	if (!sibling) throw new Error('A path of a piece of six halves is not empty.');
	const proofs = [
		{ name: 'the first half', holds: true, ...first },
		{ name: 'a half in the middle', holds: true, ...third },
		{ name: 'the short half at the end', holds: true, ...last },
		{ name: 'an altered byte', holds: false, ...third, bytes: third.bytes.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')) },
		{ name: 'the next index', holds: false, ...third, index: 3 },
		{ name: 'an index beyond the end', holds: false, ...third, index: 6 },
		{ name: 'a size of as many halves', holds: false, ...third, size: 2999 },
		{ name: 'a size of more halves', holds: false, ...third, size: 3500 },
		{ name: 'a path without its end', holds: false, ...third, path: third.path.slice(0, -1) },
		{ name: 'a path with one hash more', holds: false, ...third, path: [...third.path, sibling] },
		{ name: 'a path the other way round', holds: false, ...third, path: third.path.toReversed() },
		{
			name: 'two nodes as the bytes of a half',
			holds: false,
			...third,
			size: 64,
			index: 0,
			bytes: toHex(level.subarray(0, 64)),
			path: upper,
		},
		{ name: 'another root', holds: false, ...third, root: pieces[0]?.root ?? '' },
	]; // prettier-ignore
	const roots = pieces.slice(0, 5).map((one) => fromHex(one.root) ?? new Uint8Array());
	const records = [];
	for (const count of [1, 2, 3, 5])
		records.push({ pieces: count, root: toHex(await tree.recordRoot(roots.slice(0, count))) });
	write('audit/trees.json', { pieces, proofs, records });
}

await abe();
await possession();
await stream();
await audit();
if (!existsSync(new URL('hpke/boxes.json', import.meta.url))) await boxes();
