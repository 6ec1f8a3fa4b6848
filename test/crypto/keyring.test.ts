import { privateKeyToAccount } from 'viem/accounts';
import { describe, expect, test } from 'vitest';
import { equal, fromHex, toHex } from '#lib/bytes.ts';
import { createAuthority } from '#lib/crypto/abe/index.ts';
import * as keyring from '#lib/crypto/keyring.ts';
import { bind, domains, openSealed, sealTo } from '#lib/crypto/index.ts';
import { refusal } from './refusal.ts';

const wallet = privateKeyToAccount(`0x${'11'.repeat(32)}`);
const stranger = privateKeyToAccount(`0x${'22'.repeat(32)}`);
const owner = { chainId: 31337, account: wallet.address };
const signature = await wallet.signTypedData(keyring.walletTypedData(owner));
const secret = await keyring.secretFromSignature(signature, owner);
const root = new Uint8Array(32).fill(5);

describe('the keys of a keyring', () => {
	test('are the same each time, and differ from each other and from those of another root', async () => {
		const keys = await keyring.deriveKeys(root);
		expect(await keyring.deriveKeys(root)).toEqual(keys);
		const other = await keyring.deriveKeys(keyring.createRoot());
		const secrets = [keys, other].flatMap(({ sealing, localKey, authoritySeed }) => [
			toHex(sealing.secretKey.slice(1)),
			toHex(localKey),
			toHex(authoritySeed),
		]);
		expect(new Set([...secrets, toHex(root)]).size).toBe(7);
	});

	test('are pinned', async () => {
		const { sealing, localKey, authoritySeed } = await keyring.deriveKeys(root);
		expect(toHex(sealing.secretKey)).toBe('0x011c670312b2ae6cb95a4fa20253fc139feb9e0b1a2dcaece6cdf05bc8a736648d');
		expect(toHex(localKey)).toBe('0xc2cbe1bff9744359f0233433efc620972bbd95b75e727fc08b15fc0004536ecc');
		expect(toHex(authoritySeed)).toBe('0x0f7fdcedfe70a2d402b71f39a86eadefb71e07361c043d71ea4ce16fc730cbe2');
	});

	test('work: boxes open, and the authority is made', async () => {
		const { sealing, authoritySeed } = await keyring.deriveKeys(root);
		const info = bind(domains.lockBox, 'test');
		const box = await sealTo(sealing.publicKey, root, info);
		expect(equal(await openSealed(sealing.secretKey, box, info), root)).toBe(true);
		expect((await createAuthority(wallet.address, authoritySeed)).publicKey).toHaveLength(405);
	});

	test('come from 32 bytes only', async () => {
		await expect(keyring.deriveKeys(new Uint8Array(16))).rejects.toThrow(refusal('crypto.wrong-key'));
	});
});

describe('what the wallet signs', () => {
	test('is pinned: another text would lock everybody out', () => {
		expect(keyring.walletTypedData(owner)).toEqual({
			domain: { name: 'Amana', version: '1', chainId: 31337 },
			types: {
				Keyring: [
					{ name: 'purpose', type: 'string' },
					{ name: 'account', type: 'address' },
				],
			},
			primaryType: 'Keyring',
			message: {
				purpose: 'Open my Amana keyring. Whoever has this signature can read my records: sign only inside Amana.',
				account: wallet.address.toLowerCase(),
			},
		});
	});

	test('gives the same secret each time, in any case of the address', async () => {
		const lower = { ...owner, account: owner.account.toLowerCase() as `0x${string}` };
		const again = await wallet.signTypedData(keyring.walletTypedData(lower));
		expect(await keyring.secretFromSignature(again, lower)).toEqual(secret);
		expect(secret).toHaveLength(32);
	});

	test('gives another secret for another network, account or signer', async () => {
		const elsewhere = { ...owner, chainId: 1 };
		const other = { ...owner, account: stranger.address };
		const secrets = await Promise.all([
			keyring.secretFromSignature(signature, elsewhere),
			keyring.secretFromSignature(signature, other),
			keyring.secretFromSignature(await wallet.signTypedData(keyring.walletTypedData(elsewhere)), owner),
			keyring.secretFromSignature(await stranger.signTypedData(keyring.walletTypedData(owner)), owner),
		]);
		expect(new Set([secret, ...secrets].map(toHex)).size).toBe(5);
	});

	test('gives the same secret when a wallet writes the same signature in another form', async () => {
		const bytes = fromHex(signature)!;
		const zeroOrOne = bytes.with(64, bytes[64]! - 27);
		expect(await keyring.secretFromSignature(toHex(zeroOrOne), owner)).toEqual(secret);
		const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
		const high = (order - BigInt(toHex(bytes.slice(32, 64)))).toString(16).padStart(64, '0');
		const highS = Uint8Array.of(...bytes.slice(0, 32), ...fromHex(high)!, bytes[64]! ^ 7);
		expect(await keyring.secretFromSignature(toHex(highS), owner)).toEqual(secret);
	});

	test.each([
		['empty', '0x'],
		['short', `0x${'11'.repeat(64)}`],
		["a contract wallet's", `0x${'11'.repeat(130)}`],
		['not hexadecimal', `0x${'zz'.repeat(65)}`],
	])('a signature that is %s is refused', async (_, text) => {
		await expect(keyring.secretFromSignature(text, owner)).rejects.toThrow(refusal('wallet.unpredictable'));
	});

	test('a wallet that signs differently each time is refused when the keyring is made', async () => {
		expect(await keyring.secretFromTwoSignatures(signature, signature, owner)).toEqual(secret);
		const bytes = fromHex(signature)!;
		for (const i of [0, 31, 32, 63]) {
			const other = toHex(bytes.with(i, bytes[i]! ^ 1));
			await expect(keyring.secretFromTwoSignatures(signature, other, owner)).rejects.toThrow(
				refusal('wallet.unpredictable'),
			);
		}
		await expect(keyring.secretFromTwoSignatures(signature, '0x', owner)).rejects.toThrow(
			refusal('wallet.unpredictable'),
		);
	});
});

describe('the wrapped root', () => {
	test('comes back for its owner', async () => {
		const wrap = await keyring.wrapRoot(root, secret, owner);
		expect(wrap.method).toBe('wallet');
		expect(await keyring.unwrapRoot(wrap, secret, owner)).toEqual(root);
		expect((await keyring.wrapRoot(root, secret, owner)).sealed).not.toEqual(wrap.sealed);
	});

	test('does not open with the signature of another wallet', async () => {
		const wrap = await keyring.wrapRoot(root, secret, owner);
		const theirs = await stranger.signTypedData(keyring.walletTypedData(owner));
		const wrong = await keyring.secretFromSignature(theirs, owner);
		await expect(keyring.unwrapRoot(wrap, wrong, owner)).rejects.toThrow(refusal('crypto.wrong-key'));
	});

	test('does not open for another account or network, even with the right secret', async () => {
		const wrap = await keyring.wrapRoot(root, secret, owner);
		for (const other of [
			{ ...owner, account: stranger.address },
			{ ...owner, chainId: 1 },
		]) {
			await expect(keyring.unwrapRoot(wrap, secret, other)).rejects.toThrow(refusal('crypto.wrong-key'));
		}
	});

	test('does not open changed or cut off', async () => {
		const wrap = await keyring.wrapRoot(root, secret, owner);
		for (const [i, problem] of [
			[0, 'crypto.unsupported'],
			[1, 'crypto.wrong-key'],
			[56, 'crypto.wrong-key'],
			[57, 'crypto.corrupt'],
			[104, 'crypto.corrupt'],
		] as const) {
			const sealed = wrap.sealed.with(i, wrap.sealed[i]! ^ 1);
			await expect(keyring.unwrapRoot({ ...wrap, sealed }, secret, owner)).rejects.toThrow(refusal(problem));
		}
		const short = { ...wrap, sealed: wrap.sealed.slice(0, -1) };
		await expect(keyring.unwrapRoot(short, secret, owner)).rejects.toThrow(refusal('crypto.corrupt'));
	});
});
