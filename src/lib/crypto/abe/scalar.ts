/** Exponents: integers modulo the order r of the three groups of BLS12-381. As bytes: 32, most significant first, below r. */
import { fromHex, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';

export const groupOrder = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;
export const scalarBytes = 32;
/** Bytes of randomness for one scalar: 128 bits more than r has, so that reduction leaves no bias that shows. */
export const coinBytes = 48;

/** The representative from 0 to r − 1. */
export function modulo(value: bigint): bigint {
	const rest = value % groupOrder;
	return rest < 0n ? rest + groupOrder : rest;
}

/** A scalar from 1 to r − 1 out of 48 uniform bytes (RFC 9380 §5 has the same excess). */
export function scalarFromCoins(bytes: Uint8Array): bigint {
	if (bytes.length !== coinBytes) throw new RangeError(`A coin has ${coinBytes} bytes.`);
	return (BigInt(toHex(bytes)) % (groupOrder - 1n)) + 1n;
}

export function scalarToBytes(scalar: bigint): Uint8Array<ArrayBuffer> {
	return fromHex(scalar.toString(16).padStart(2 * scalarBytes, '0')) ?? new Uint8Array();
}

/** Throws `crypto.wrong-key` for 0 and for what is not below r. */
export function scalarFromBytes(bytes: Uint8Array): bigint {
	const scalar = bytes.length === scalarBytes ? BigInt(toHex(bytes)) : 0n;
	if (scalar === 0n || scalar >= groupOrder) throw new AppError('crypto.wrong-key', 'Not a secret exponent.');
	return scalar;
}
