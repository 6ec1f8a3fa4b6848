/** What somebody pasted or scanned: a link to a record, its number, a transaction's, or a wallet address. */
import type { Address, Hash } from '#lib/chain/index.ts';

export type Pasted =
	| { kind: 'number'; number: Hash; patient: Address | null }
	| { kind: 'address'; address: Address }
	/** Nothing of the kind. */
	| { kind: 'other' };

const number = /(?<![0-9a-f])(?:0x)?([0-9a-f]{64})(?![0-9a-f])/i;
const address = /(?<![0-9a-f])(0x[0-9a-f]{40})(?![0-9a-f])/i;

/**
 * Reads it from a link of this site (`…/record?id=0x…&patient=0x…`, `…/verify?id=0x…`), a block explorer's link, or the bare number, also
 * inside other words.
 */
export function readPasted(text: string): Pasted {
	const found = number.exec(text)?.[1];
	if (found) {
		const patient = /[?&#]patient=(0x[0-9a-f]{40})(?![0-9a-f])/i.exec(text)?.[1];
		return {
			kind: 'number',
			number: `0x${found.toLowerCase()}`,
			patient: patient ? (patient.toLowerCase() as Address) : null,
		};
	}
	const wallet = address.exec(text)?.[1];
	return wallet ? { kind: 'address', address: wallet.toLowerCase() as Address } : { kind: 'other' };
}
