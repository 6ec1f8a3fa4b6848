/** Two hospitals, a patient and two clinicians for the tests of attribute-based encryption: all from fixed seeds. */
import { utf8 } from '#lib/bytes.ts';
import { createAuthority, issueKey, type Address } from '#lib/crypto/abe/index.ts';
import { sha256 } from '#lib/crypto/index.ts';

export const hospital: Address = '0x1111111111111111111111111111111111111111';
export const otherHospital: Address = '0x2222222222222222222222222222222222222222';
export const patient: Address = '0x3333333333333333333333333333333333333333';

export const amina = '0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';
export const basil = '0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb';

export const doctor = `doctor#0@${hospital}`;
export const nurse = `nurse#0@${hospital}`;
export const surgeon = `surgeon#0@${otherHospital}`;
export const labs = `consent.labs#0@${patient}`;
export const labsNext = `consent.labs#1@${patient}`;

export const context = utf8('a lock of these tests');

export const secrets = new Map<Address, Uint8Array>();
export const authorities = new Map<Address, Uint8Array>();
for (const address of [hospital, otherHospital, patient]) {
	const keys = await createAuthority(address, await sha256(utf8(`seed of ${address}`)));
	secrets.set(address, keys.secretKey);
	authorities.set(address, keys.publicKey);
}

/** Keys for the attributes, each issued to `gid` by its own authority. */
export async function keysOf(gid: string, ...attributes: readonly string[]): Promise<Map<string, Uint8Array>> {
	const keys = new Map<string, Uint8Array>();
	for (const attribute of attributes) {
		const authority = attribute.slice(attribute.indexOf('@') + 1) as Address;
		keys.set(attribute, await issueKey(secrets.get(authority)!, { gid, attribute }));
	}
	return keys;
}
