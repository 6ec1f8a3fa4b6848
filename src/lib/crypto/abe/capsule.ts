/**
 * The bytes of a capsule. Everything has a fixed size once the policy is known, so there is one way to write each capsule:
 *
 *   head    version(1) || length(2) policy in canonical text || for each authority in order of first appearance: egg^α(288) || g2^y(96)
 *   rows    for each attribute of the policy from left to right: C1(288) || C2(96) || C3(96) || C4(48)
 *   tail    masked seed(32) || commitment(32) || digest(32) = SHA-256 over tag, context and all before
 *
 * The digest is no secret's: it lets damage, and a wrong context, be noticed before any pairing. The authorities' keys are
 * here because opening encrypts again to compare, also the rows for which the opener has no key.
 */
import { concat, equal, utf8 } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { bind } from '../bind.ts';
import { domains } from '../domains.ts';
import { sha256 } from '../webcrypto.ts';
import type { Address } from './attribute.ts';
import { publicBodyBytes } from './authority.ts';
import { g1Bytes, g2Bytes, gtBytes } from './groups.ts';
import { authoritiesOf, formatPolicy, leaves, parsePolicy, type Policy } from './policy.ts';

const version = 1;
export const seedBytes = 32;
export const commitmentBytes = 32;
const digestBytes = 32;
export const rowBytes = gtBytes + 2 * g2Bytes + g1Bytes;

export interface CapsuleFields {
	readonly policy: Policy;
	/** Version, policy and authorities: what the coins are bound to. */
	readonly head: Uint8Array;
	/** The bodies of the authorities' public keys. */
	readonly authorities: ReadonlyMap<Address, Uint8Array>;
	readonly rows: readonly Uint8Array[];
	readonly maskedSeed: Uint8Array;
	readonly commitment: Uint8Array;
	/** Everything but the digest. */
	readonly body: Uint8Array;
}

export function encodeHead(policy: Policy, bodies: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
	const text = utf8(formatPolicy(policy));
	return concat(Uint8Array.of(version, text.length >> 8, text.length & 0xff), text, ...bodies);
}

/** The last 32 bytes of a capsule, after the given ones. */
export function digestOf(body: Uint8Array, context: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
	return sha256(bind(domains.abeCapsule, context, body));
}

/** Reads a capsule and checks its digest. Points are not read yet. Throws `crypto.invalid-capsule`. */
export async function parseCapsule(capsule: Uint8Array, context: Uint8Array): Promise<CapsuleFields> {
	const { policy, headStart } = readPolicy(capsule);
	const addresses = authoritiesOf(policy);
	const rowsStart = headStart + addresses.length * publicBodyBytes;
	const tailStart = rowsStart + leaves(policy).length * rowBytes;
	const bodyEnd = tailStart + seedBytes + commitmentBytes;
	const body = capsule.subarray(0, bodyEnd);
	if (capsule.length !== bodyEnd + digestBytes || !equal(capsule.subarray(bodyEnd), await digestOf(body, context))) {
		throw invalidCapsule();
	}
	const bodyOf = (i: number) =>
		capsule.subarray(headStart + i * publicBodyBytes, headStart + (i + 1) * publicBodyBytes);
	return {
		policy,
		head: capsule.subarray(0, rowsStart),
		authorities: new Map(addresses.map((address, i) => [address, bodyOf(i)])),
		rows: leaves(policy).map((_, x) => capsule.subarray(rowsStart + x * rowBytes, rowsStart + (x + 1) * rowBytes)),
		maskedSeed: capsule.subarray(tailStart, tailStart + seedBytes),
		commitment: capsule.subarray(tailStart + seedBytes, bodyEnd),
		body,
	};
}

/** The policy that a capsule names; nothing shows yet that it is what the rows were made for. Throws `crypto.invalid-capsule`. */
export function policyOf(capsule: Uint8Array): string {
	return formatPolicy(readPolicy(capsule).policy);
}

/** The one refusal of a capsule, whatever is wrong with it. */
export function invalidCapsule(cause?: unknown): AppError {
	return new AppError('crypto.invalid-capsule', 'The capsule does not open.', { cause });
}

function readPolicy(capsule: Uint8Array): { policy: Policy; headStart: number } {
	const length = ((capsule[1] ?? 0) << 8) | (capsule[2] ?? 0);
	try {
		const text = new TextDecoder('utf-8', { fatal: true }).decode(capsule.subarray(3, 3 + length));
		const policy = parsePolicy(text);
		if (capsule[0] === version && capsule.length > 3 + length && formatPolicy(policy) === text) {
			return { policy, headStart: 3 + length };
		}
	} catch (cause) {
		throw invalidCapsule(cause);
	}
	throw invalidCapsule();
}
