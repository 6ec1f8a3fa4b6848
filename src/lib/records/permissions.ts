/**
 * Permissions that a patient signed and anybody may execute and pay for, as they travel from one browser to another: in the fragment of a
 * link, which no host sees, or as the same in a QR code. What arrives is a stranger's until it is parsed, and the contract has the
 * last word on the signature.
 */
import { base64url } from 'multiformats/bases/base64';
import * as v from 'valibot';
import {
	messageTypes,
	readNonce,
	relayPermission as relay,
	termsOf,
	type Address,
	type MessageName,
	type SignedAction,
} from '#lib/chain/index.ts';
import { fromHex, toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import { decodeObject, encodeObject } from './codec.ts';
import { transact } from './act.ts';
import type { ActionOptions, Deps, Receipt } from './deps.ts';
import { addressSchema, hashSchema } from './formats.ts';
import { addressOrNull, hospitalPerson, personView } from './people.ts';
import type { PersonView } from './types.ts';

export type { SignedAction };

/** What travels: all but lists of records, which would make no code that a camera reads. */
export const relayedNames = Object.keys(messageTypes).filter((name) => name !== 'AddRecords') as MessageName[];

/** Keys and clouds included, far above what any message needs. */
const longestText = 32_768;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const hex = v.custom<SignedAction['signature']>(
	(value) => typeof value === 'string' && /^0x([0-9a-f]{2})*$/.test(value) && value.length < 10_000,
	'not bytes',
);
const fieldSchemas: Record<string, v.GenericSchema<unknown, string | number>> = {
	address: addressSchema,
	bytes32: hashSchema,
	bytes: hex,
	string: v.pipe(v.string(), v.maxLength(4096)),
	uint32: count,
	uint48: count,
};
const signedSchema = v.strictObject({
	v: v.literal(1),
	chainId: count,
	registry: addressSchema,
	name: v.picklist(relayedNames),
	terms: v.record(v.string(), v.union([v.string(), v.number()])),
	signer: addressSchema,
	nonce: count,
	deadline: count,
	signature: hex,
});
const permissionSchema = v.pipe(v.unknown(), v.transform(unpacked), signedSchema);

/** A permission as text for a link's fragment or a QR code. */
export function permissionText(signed: SignedAction): string {
	return base64url.encode(encodeObject(packed({ v: 1, ...signed })));
}

/** The permission in such a text, or in a link that ends with it. Throws `chain.permission-invalid`. */
export function parsePermission(text: string): SignedAction {
	const code = text.trim().split('#').at(-1) ?? '';
	if (code.length > longestText) throw new AppError('chain.permission-invalid', 'Too long for a permission.');
	try {
		const { v: _, ...signed } = decodeObject(permissionSchema, base64url.decode(code), 'chain.permission-invalid');
		return { ...signed, terms: v.parse(termsSchema(signed.name), signed.terms) };
	} catch (cause) {
		throw new AppError('chain.permission-invalid', 'Not a permission.', { cause });
	}
}

/** A permission in people's terms. */
export interface PermissionView {
	name: MessageName;
	/** Who signed it. */
	signer: PersonView;
	/** The reader, requester or hospital that it is about. */
	other: PersonView | null;
	/** Milliseconds since 1970: until when what it allows lasts. */
	until: number | null;
	/** Milliseconds since 1970: until when it can be executed. */
	deadline: number;
	state: 'ready' | 'early' | 'over' | 'other-network';
}

/** What a permission says and whether it still counts. Needs no wallet. Throws `chain.unreachable`. */
export async function viewPermission(deps: Deps, signed: SignedAction): Promise<PermissionView> {
	const { name, terms, signer, registry, nonce, deadline, chainId } = signed;
	const isHere = chainId === deps.chain.chainId && Object.values(deps.chain.contracts).includes(registry);
	const current = isHere ? await readNonce(deps.client, { registry, signer }) : 0;
	const party = addressOf(terms['reader'] ?? terms['requester']);
	const hospital = addressOf(terms['hospital']);
	const other = party ? personView(deps, party, hospital) : hospital ? hospitalPerson(deps, hospital) : null;
	const over = nonce < current || deadline * 1000 <= Date.now();
	return {
		name,
		signer: await personView(deps, signer),
		other: await other,
		until: typeof terms['until'] === 'number' ? terms['until'] * 1000 : null,
		deadline: deadline * 1000,
		state: !isHere ? 'other-network' : over ? 'over' : nonce > current ? 'early' : 'ready',
	};
}

/** Executes a permission with this session's wallet, which pays. Throws as `relayPermission` of `chain`. */
export function relayPermission(deps: Deps, signed: SignedAction, options: ActionOptions = {}): Promise<Receipt> {
	return transact(deps, options, (wallet) => relay(wallet, deps.chain.contracts, signed));
}

/** The same with bytes for hexadecimal text, by which a code has half as many squares. */
function packed(value: unknown): unknown {
	if (typeof value === 'string') return (value.startsWith('0x') && fromHex(value)) || value;
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, packed(part)]));
}

function unpacked(value: unknown): unknown {
	if (value instanceof Uint8Array) return toHex(value);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, unpacked(part)]));
}

function addressOf(term: unknown): Address | null {
	return v.is(addressSchema, term) ? addressOrNull(term) : null;
}

/** Exactly the terms of a message, each of its type. */
function termsSchema(name: MessageName) {
	const fields = termsOf(name).map((field) => [field.name, fieldSchemas[field.type]] as const);
	return v.strictObject(Object.fromEntries(fields) as Record<string, v.GenericSchema<unknown, string | number>>);
}
