/**
 * Sealed boxes: our suite, and published vectors for what it is made of. X-Wing's key derivation and opening are checked
 * with the vector of draft-ietf-hpke-pq, HPKE's key schedule and AES-256-GCM with those of RFC 9180.
 */
import { AEAD_ChaCha20Poly1305, KEM_MLKEM768_X25519 } from '@panva/hpke-noble';
import * as HPKE from 'hpke';
import { describe, expect, test } from 'vitest';
import { concat, fromHex, toHex, utf8 } from '#lib/bytes.ts';
import { bind, domains } from '#lib/crypto/index.ts';
import * as hpke from '#lib/crypto/hpke.ts';
import own from '../vectors/hpke/boxes.json' with { type: 'json' };
import vectors from '../vectors/hpke/base-mode.json' with { type: 'json' };
import type { ErrorCode } from '#lib/errors.ts';
import { refusal } from './refusal.ts';

const hex = (text: string) => fromHex(text)!;
const keys = await hpke.createSealingKeys(new Uint8Array(32).fill(3));
const info = bind(domains.keyBundle, 'from', 'to', 1);
const plain = utf8('a bundle of keys');

const kems: Record<number, () => HPKE.KEMFactory> = {
	0x647a: () => KEM_MLKEM768_X25519,
	0x20: () => HPKE.KEM_DHKEM_X25519_HKDF_SHA256,
	0x12: () => HPKE.KEM_DHKEM_P521_HKDF_SHA512,
};
const kdfs: Record<number, HPKE.KDFFactory> = { 1: HPKE.KDF_HKDF_SHA256, 3: HPKE.KDF_HKDF_SHA512 };
const aeads: Record<number, HPKE.AEADFactory> = {
	1: HPKE.AEAD_AES_128_GCM,
	2: HPKE.AEAD_AES_256_GCM,
	3: AEAD_ChaCha20Poly1305,
};

describe('published vectors', () => {
	test.each(vectors.map((vector) => [vector.source, vector] as const))('%s', async (_, vector) => {
		const suite = new HPKE.CipherSuite(kems[vector.kem_id]!(), kdfs[vector.kdf_id]!, aeads[vector.aead_id]!);
		const pair = await suite.DeriveKeyPair(hex(vector.ikmR), true);
		expect(toHex(await suite.SerializePublicKey(pair.publicKey))).toBe(`0x${vector.pkRm}`);
		expect(toHex(await suite.SerializePrivateKey(pair.privateKey))).toBe(`0x${vector.skRm}`);
		const reader = await suite.SetupRecipient(pair, hex(vector.enc), { info: hex(vector.info) });
		for (const { ct, aad, pt } of vector.encryptions) {
			expect(toHex(await reader.Open(hex(ct), hex(aad)))).toBe(`0x${pt}`);
		}
	});

	test('our key pairs are those of draft-ietf-hpke-pq', async () => {
		const vector = vectors.find(({ kem_id }) => kem_id === 0x647a)!;
		const pair = await hpke.createSealingKeys(hex(vector.ikmR));
		expect(toHex(pair.publicKey)).toBe(`0x01${vector.pkRm}`);
		expect(toHex(pair.secretKey)).toBe(`0x01${vector.skRm}`);
	});
});

describe('our boxes', () => {
	test.each(own.map((vector) => [vector.name, vector] as const))('vector: %s', async (_, vector) => {
		const opening = hpke.openSealed(hex(vector.secretKey), hex(vector.box), hex(vector.info));
		if (vector.plaintext !== undefined) expect(toHex(await opening)).toBe(vector.plaintext);
		else await expect(opening).rejects.toThrow(refusal(vector.error as ErrorCode));
	});

	test('open, and never look the same twice', async () => {
		const [first, second] = [
			await hpke.sealTo(keys.publicKey, plain, info),
			await hpke.sealTo(keys.publicKey, plain, info),
		];
		expect(first).toHaveLength(plain.length + hpke.boxOverheadBytes);
		expect(first).not.toEqual(second);
		expect(await hpke.openSealed(keys.secretKey, first, info)).toEqual(plain);
		const empty = await hpke.sealTo(keys.publicKey, new Uint8Array(), info);
		expect(await hpke.openSealed(keys.secretKey, empty, info)).toHaveLength(0);
	});

	test('do not open for another key or purpose', async () => {
		const box = await hpke.sealTo(keys.publicKey, plain, info);
		const other = await hpke.createSealingKeys(new Uint8Array(32).fill(4));
		await expect(hpke.openSealed(other.secretKey, box, info)).rejects.toThrow(refusal('crypto.corrupt'));
		for (const wrong of [bind(domains.keyBundle, 'from', 'to', 2), bind(domains.lockBox, 'from', 'to', 1)]) {
			await expect(hpke.openSealed(keys.secretKey, box, wrong)).rejects.toThrow(refusal('crypto.corrupt'));
		}
	});

	test('do not open changed, cut off or extended', async () => {
		const box = await hpke.sealTo(keys.publicKey, plain, info);
		const offsets = [1, 500, 1088, 1089, 1120, 1121, box.length - 17, box.length - 1];
		for (const i of offsets) {
			const changed = box.with(i, box[i]! ^ 1);
			await expect(hpke.openSealed(keys.secretKey, changed, info), `byte ${i}`).rejects.toThrow(
				refusal('crypto.corrupt'),
			);
		}
		for (const length of [0, 1, 1121, 1136, box.length - 1]) {
			await expect(hpke.openSealed(keys.secretKey, box.slice(0, length), info)).rejects.toThrow(
				refusal('crypto.corrupt'),
			);
		}
		const longer = concat(box, Uint8Array.of(0));
		await expect(hpke.openSealed(keys.secretKey, longer, info)).rejects.toThrow(refusal('crypto.corrupt'));
	});

	test('of another suite are not supported', async () => {
		const box = await hpke.sealTo(keys.publicKey, plain, info);
		const unsupported = refusal('crypto.unsupported');
		await expect(hpke.openSealed(keys.secretKey, box.with(0, 2), info)).rejects.toThrow(unsupported);
		await expect(hpke.openSealed(keys.secretKey.with(0, 2), box, info)).rejects.toThrow(unsupported);
		await expect(hpke.sealTo(keys.publicKey.with(0, 2), plain, info)).rejects.toThrow(unsupported);
	});

	test('are not sealed for, or opened with, what is no key', async () => {
		const box = await hpke.sealTo(keys.publicKey, plain, info);
		const wrong = refusal('crypto.wrong-key');
		await expect(hpke.sealTo(keys.publicKey.slice(0, -1), plain, info)).rejects.toThrow(wrong);
		await expect(hpke.sealTo(new Uint8Array(), plain, info)).rejects.toThrow(wrong);
		// ML-KEM's modulus check (FIPS 203 §7.2): coefficients of 12 bits that are not below 3329.
		const unreduced = Uint8Array.from(keys.publicKey).fill(0xff, 1, 1153);
		await expect(hpke.sealTo(unreduced, plain, info)).rejects.toThrow(wrong);
		await expect(hpke.openSealed(keys.secretKey.slice(0, -1), box, info)).rejects.toThrow(wrong);
		await expect(hpke.createSealingKeys(new Uint8Array(31))).rejects.toThrow(wrong);
	});
});
