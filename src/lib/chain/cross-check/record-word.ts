/** Where the record registry keeps a record, and what the word there says. A test reads it from a real contract. */
import { encodeAbiParameters, keccak256 } from 'viem';
import type { RecordEntry } from '../records/read-record.ts';
import type { Address, Contracts, Hash } from '../types.ts';
import type { WordPlace } from './state.ts';

/** Of the mapping in the contract's storage: one slot for the words of history and two of OpenZeppelin's EIP-712 come before it. */
const recordsSlot = 3n;

/** The place of a record's word (Solidity: keccak256 of key and slot of the mapping). */
export function recordWordPlace(contracts: Contracts, recordId: Hash): WordPlace {
	const slot = keccak256(encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [recordId, recordsSlot]));
	return { address: contracts.recordRegistry, slot };
}

/** What a record's word says; null where there is none. As `readRecord`, but from a proved word. */
export function recordInWord(word: bigint): RecordEntry | null {
	const bits = (from: bigint, count: bigint) => (word >> from) & ((1n << count) - 1n);
	const addedAt = Number(bits(160n, 48n));
	if (addedAt === 0) return null;
	const patient: Address = `0x${bits(0n, 160n).toString(16).padStart(40, '0')}`;
	return { patient, addedAt, byPatient: bits(208n, 8n) !== 0n, erased: bits(216n, 8n) !== 0n };
}
