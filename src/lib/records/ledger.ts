/**
 * What the chain says, as use cases ask for it. One use case asks the same things many times over, so answers are remembered, but
 * no longer than until the next one begins: others change the chain at any time.
 */
import {
	readAuthority,
	readEpoch,
	readGrant,
	readHistory,
	readHospital,
	readKeys,
	readMember,
	type Address,
	type ChainEvent,
	type GrantEntry,
	type HospitalEntry,
	type MemberEntry,
	type PublishedKeys,
} from '#lib/chain/index.ts';
import { bind, domains } from '#lib/crypto/index.ts';
import { toHex } from '#lib/bytes.ts';
import { AppError } from '#lib/errors.ts';
import type { Deps } from './deps.ts';
import { readKnownHistory } from './known-history.ts';

const lifeMs = 5_000;

/** Each use case begins with this: what the chain said before may be over. */
export function askAnew(deps: Deps): void {
	deps.memo.forget('chain/');
}

function remembered<Answer>(deps: Deps, name: string, ask: () => Promise<Answer>): Promise<Answer> {
	return deps.memo.once(`chain/${name}`, ask, lifeMs);
}

/** All that ever happened to an account, as patient, reader, member, or hospital; oldest first. */
export function historyOf(deps: Deps, account: Address): Promise<ChainEvent[]> {
	return remembered(deps, `history/${account}`, () => readKnownHistory(deps, account));
}

/** What the log shows: of an account, or of everybody. As the chain has it now, and not from what this browser knew before. */
export function loggedHistory(deps: Deps, account: Address | null): Promise<ChainEvent[]> {
	const ask = () => readHistory(deps.client, deps.chain.contracts, account ? { account } : {});
	return remembered(deps, `log/${account ?? 'all'}`, ask);
}

/** What an account has published; null before its first visit. */
export function publishedKeys(deps: Deps, account: Address): Promise<PublishedKeys | null> {
	return remembered(deps, `keys/${account}`, () => readKeys(deps.client, deps.chain.contracts, account));
}

/** The same, where nothing can be done without. Throws `records.no-keys`. */
export async function requireKeys(deps: Deps, account: Address): Promise<PublishedKeys> {
	const keys = await publishedKeys(deps, account);
	if (!keys) throw new AppError('records.no-keys', 'The account has no keys on chain.', { details: { account } });
	return keys;
}

/**
 * The public key under which a patient issues consent, or a hospital its attributes. A hospital's counts only with the proof that it has
 * the secret. Throws `records.no-keys`, `crypto.wrong-key` where the proof does not hold.
 */
export async function authorityKey(deps: Deps, authority: Address, as: 'patient' | 'hospital'): Promise<Uint8Array> {
	const key =
		as === 'patient'
			? (await publishedKeys(deps, authority))?.authorityKey
			: await remembered(deps, `authority/${authority}`, () => hospitalAuthority(deps, authority));
	if (!key)
		throw new AppError('records.no-keys', `The ${as} has no authority key on chain.`, { details: { authority } });
	return key;
}

async function hospitalAuthority(deps: Deps, hospital: Address): Promise<Uint8Array | null> {
	const published = await readAuthority(deps.client, deps.chain.contracts, hospital);
	if (!published) return null;
	const { publicKey, proofOfPossession: proof } = published;
	const context = authorityContext(deps, hospital);
	// The same key needs no second look: checking costs as much as opening a lock.
	const name = `authority-proof/${hospital}/${toHex(publicKey)}/${toHex(proof)}`;
	if (!(await deps.memo.once(name, () => deps.engine.provesAuthority(publicKey, { proof, context })))) {
		throw new AppError('crypto.wrong-key', 'The authority key has no proof that its hospital has the secret.');
	}
	return publicKey;
}

/** What a hospital's proof is bound to: this chain, its registry, and the hospital. */
export function authorityContext({ chain }: Deps, hospital: Address): Uint8Array {
	const registry = chain.contracts.hospitalRegistry.toLowerCase();
	return bind(domains.authorityContext, chain.chainId, registry, hospital.toLowerCase());
}

/** The epoch of a patient's consent. */
export function patientEpoch({ client, chain }: Deps, patient: Address): Promise<number> {
	return readEpoch(client, { registry: chain.contracts.consentRegistry, authority: patient });
}

/** The epoch of a hospital's attributes. */
export function hospitalEpoch({ client, chain }: Deps, hospital: Address): Promise<number> {
	return readEpoch(client, { registry: chain.contracts.hospitalRegistry, authority: hospital });
}

/** A hospital's entry; null when the account never applied. */
export function hospitalEntry(deps: Deps, hospital: Address): Promise<HospitalEntry | null> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return remembered(deps, `hospital/${hospital}`, () => readHospital(deps.client, { registry, hospital }));
}

/** A hospital's entry, once approved. Throws `records.not-approved`. */
export async function requireApproved(deps: Deps, hospital: Address): Promise<HospitalEntry> {
	const entry = await hospitalEntry(deps, hospital);
	if (entry?.status !== 'approved') {
		const details = { hospital, status: entry?.status ?? 'none' };
		throw new AppError('records.not-approved', 'The hospital is not approved.', { details });
	}
	return entry;
}

/** A membership; null where there is none. */
export function memberEntry(deps: Deps, hospital: Address, member: Address): Promise<MemberEntry | null> {
	const registry = deps.chain.contracts.hospitalRegistry;
	return remembered(deps, `member/${hospital}/${member}`, () =>
		readMember(deps.client, { registry, hospital, member }),
	);
}

/** What a patient has granted to someone; null when nothing, or when it was revoked. */
export function grantEntry(deps: Deps, patient: Address, grantee: Address): Promise<GrantEntry | null> {
	const registry = deps.chain.contracts.consentRegistry;
	return remembered(deps, `grant/${patient}/${grantee}`, () => readGrant(deps.client, { registry, patient, grantee }));
}
