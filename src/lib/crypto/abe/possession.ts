/**
 * Proof of possession: that whoever published an authority's public key knows the α and y in it, and published it for
 * this authority and this context.
 *
 *   V1 = egg^v1    V2 = g2^v2    c = H(context, egg, g2, public key, V1, V2)    r1 = v1 − α·c    r2 = v2 − y·c
 *   proof = version(1) || c(32) || r1(32) || r2(32)
 *
 * Schnorr's proof of knowledge (RFC 8235 §2.2) of both exponents at once: one challenge, so that neither half stands
 * without the other. Fiat–Shamir makes the challenge a hash (§2.3), in the strong form, over the statement as well:
 * without that one chooses the key after the challenge, and proves what one does not know (Bernhard, Pereira and
 * Warinschi, eprint 2016/771). The short form of Schnorr's signatures: V1 and V2 are computed again, not sent.
 *
 * It does not say who holds the secrets, nor that only one does, nor that the key is the current one: an old key's
 * proof stays true. Who published which key, and when, the chain says. docs/abe.md derives the claim.
 */
import { concat } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from '../bind.ts';
import { domains } from '../domains.ts';
import { hkdf, randomBytes, sha256 } from '../webcrypto.ts';
import { parsePublicKey, parseSecretKey, publicKeyOf, type SecretKey } from './authority.ts';
import { encodeOne, product, type G2, type Groups, type GT } from './groups.ts';
import { groupsFor, type AbeOptions } from './options.ts';
import { coinBytes, modulo, scalarBytes, scalarFromBytes, scalarFromCoins, scalarToBytes } from './scalar.ts';

const version = 1;
const proofBytes = 1 + 3 * scalarBytes;
const noiseBytes = 32;

export interface Possession extends AbeOptions {
	/** What the key is published for. Bound in, not stored, not secret; the same bytes verify. */
	readonly context: Uint8Array;
	readonly signal?: AbortSignal | undefined;
}

export interface ProofOfPossession extends Possession {
	readonly proof: Uint8Array;
}

/** Proves that the authority's secrets are known. Throws `crypto.wrong-key` for a malformed secret key. */
export function proveAuthority(secretKey: Uint8Array, possession: Possession): Promise<Uint8Array<ArrayBuffer>> {
	return proveAuthorityWith(secretKey, possession, randomBytes(noiseBytes));
}

/** The same with given randomness of 32 bytes. For test vectors. */
export async function proveAuthorityWith(
	secretKey: Uint8Array,
	{ context, signal, ...options }: Possession,
	noise: Uint8Array,
): Promise<Uint8Array<ArrayBuffer>> {
	signal?.throwIfAborted();
	const groups = await groupsFor(options);
	const { G2, GT } = groups;
	const secret = parseSecretKey(secretKey);
	// Never taken from the caller: the same coins under a challenge for another key would give the secrets away.
	const publicKey = await publicKeyOf(groups, secret);
	const [v1, v2] = await coinsOf(secret, bind(domains.abePossessionCoins, context, publicKey), noise);
	signal?.throwIfAborted();
	const commitments = [product(GT, [GT.generator, v1]), product(G2, [G2.generator, v2])] as const;
	const challenge = await challengeOf(groups, publicKey, context, commitments);
	const responses = [v1 - secret.alpha * challenge, v2 - secret.y * challenge].map(modulo);
	return concat(Uint8Array.of(version), ...[challenge, ...responses].map(scalarToBytes));
}

/**
 * Whether the proof is one for exactly this public key (with the authority's address in it) and context. False for anything
 * wrong with key, proof or context; throws only when aborted. Who seals still compares the address with the one they mean.
 */
export async function verifyAuthority(
	publicKey: Uint8Array,
	{ proof, context, signal, ...options }: ProofOfPossession,
): Promise<boolean> {
	signal?.throwIfAborted();
	const groups = await groupsFor(options);
	const { G2, GT } = groups;
	try {
		const [challenge, r1, r2] = parseProof(proof);
		const { eggAlpha, g2y } = await parsePublicKey(groups, publicKey);
		signal?.throwIfAborted();
		const v1 = product(GT, [GT.generator, r1], [eggAlpha, challenge]);
		const v2 = product(G2, [G2.generator, r2], [g2y, challenge]);
		return challenge === (await challengeOf(groups, publicKey, context, [v1, v2]));
	} catch (error) {
		signal?.throwIfAborted();
		if (error instanceof AppError) return false;
		throw error;
	}
}

/** Challenge and responses: from 1 to r − 1, in one encoding. */
function parseProof(proof: Uint8Array): [bigint, bigint, bigint] {
	if (proof.length !== proofBytes || proof[0] !== version) {
		throw new AppError('crypto.unsupported', 'Not a proof of possession.');
	}
	const scalar = (i: number) => scalarFromBytes(proof.subarray(1 + i * scalarBytes, 1 + (i + 1) * scalarBytes));
	return [scalar(0), scalar(1), scalar(2)];
}

/** The random oracle: from everything that is public. The identity as a commitment has no bytes and is refused. */
export async function challengeOf(
	{ G2, GT }: Groups,
	publicKey: Uint8Array,
	context: Uint8Array,
	[v1, v2]: readonly [GT, G2],
): Promise<bigint> {
	const bases = [encodeOne(GT, GT.generator.element), encodeOne(G2, G2.generator.element)];
	const commitments = [encodeOne(GT, v1), encodeOne(G2, v2)];
	const transcript = bind(domains.abePossession, context, ...bases, publicKey, ...commitments);
	const info = bind(domains.abePossession);
	return scalarFromCoins(await hkdf(transcript, { salt: new Uint8Array(), info, length: coinBytes }));
}

/**
 * Hedged coins (Aranha and others, eprint 2019/956): from the secrets, what is proved, and noise. With good noise they are
 * uniform; with bad or repeated noise still secret, and never the same for two statements, as in RFC 6979.
 */
async function coinsOf({ alpha, y }: SecretKey, statement: Uint8Array, noise: Uint8Array): Promise<[bigint, bigint]> {
	const secret = concat(scalarToBytes(alpha), scalarToBytes(y));
	const derived = await hkdf(secret, { salt: noise, info: await sha256(statement), length: 2 * coinBytes });
	return [scalarFromCoins(derived.subarray(0, coinBytes)), scalarFromCoins(derived.subarray(coinBytes))];
}
