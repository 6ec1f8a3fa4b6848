/** Signed actions of accounts with code (ERC-1271), and of accounts that nobody has the key of. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodeFunctionData, getAddress, zeroAddress } from 'viem';
import { consentRegistryAbi } from '../../src/lib/chain/abi/consent-registry.ts';
import { canRead, inDays, networkHelpers, refuses, settled, terms, viem, type Person } from './network.ts';
import { callOf, relayGrant, signGrant } from './signed-grants.ts';

describe('Accounts with code', () => {
	it('one deployed as a contract shares by its own call and by its owner’s signature', async () => {
		const people = await settled();
		const { patient: owner, relayer, doctor, contracts } = people;
		const account = await viem.deployContract('SmartAccount', [owner.address]);
		const address = getAddress(account.address);
		const readable = () => relayer.consents.read.canRead([address, doctor.address]);
		await relayGrant(relayer, await signGrant(people, owner, { inTheNameOf: address }));
		assert.equal(await readable(), true);
		const revoke = encodeFunctionData({ abi: consentRegistryAbi, functionName: 'revokeAllAccess' });
		await owner.wallet.writeContract({
			address,
			abi: account.abi,
			functionName: 'execute',
			args: [contracts.consentRegistry, revoke],
		});
		assert.equal(await readable(), false);
	});

	it('the signature of an owner of two accounts counts for the account that the message names', async () => {
		const people = await settled();
		const { patient: owner, relayer } = people;
		const one = await viem.deployContract('SmartAccount', [owner.address]);
		const other = await viem.deployContract('SmartAccount', [owner.address]);
		const [permission, agreed] = await signGrant(people, owner, { inTheNameOf: getAddress(one.address) });
		for (const signer of [getAddress(other.address), owner.address]) {
			await refuses(relayGrant(relayer, [{ ...permission, signer }, agreed]), relayer.consents, 'InvalidSignature', [
				signer,
			]);
		}
	});

	it('code that answers nothing, something else, reverts, or burns all gas signs nothing', async () => {
		const people = await settled();
		const { patient, relayer, stranger } = people;
		const forged = await signGrant(people, patient, { inTheNameOf: stranger.address });
		for (const code of ['0x00', '0x600160005260206000f3', '0x60006000fd', '0xfe'] as const) {
			await networkHelpers.setCode(stranger.address, code);
			await refuses(relayGrant(relayer, forged), relayer.consents, 'InvalidSignature', [stranger.address]);
		}
	});

	it('an account without code is not asked: whoever has no key signs nothing', async () => {
		const people = await settled();
		const { patient, relayer } = people;
		for (const inTheNameOf of [zeroAddress, getAddress('0x0000000000000000000000000000000000000001')]) {
			const forged = await signGrant(people, patient, { inTheNameOf });
			for (const signature of [forged[0].signature, '0x', `0x${'00'.repeat(65)}`] as const) {
				await refuses(
					relayGrant(relayer, [{ ...forged[0], signature }, forged[1]]),
					relayer.consents,
					'InvalidSignature',
					[inTheNameOf],
				);
			}
		}
	});

	it('a person whose account was given code still signs with their own key', async () => {
		const people = await settled();
		const { patient, relayer, doctor } = people;
		await networkHelpers.setCode(patient.address, '0x60006000fd');
		await relayGrant(relayer, await signGrant(people, patient));
		assert.equal(await canRead(people, doctor), true);
	});

	it('code that calls back while it is asked changes nothing, and counts once', async () => {
		const people = await settled();
		const { relayer, doctor, nurse } = people;
		const account = await viem.deployContract('ReentrantAccount');
		const signer = getAddress(account.address);
		const deadline = await inDays(1);
		const callBack = callOf([
			{ signer, nonce: 0, deadline, signature: '0x' },
			await terms(people, { grantee: nurse.address }),
		]);
		const attack = [{ signer, nonce: 0, deadline, signature: callBack }, await terms(people)] as const;
		await refuses(relayGrant(relayer, attack), relayer.consents, 'InvalidSignature', [signer]);
		await relayGrant(relayer, [{ signer, nonce: 0, deadline, signature: '0x' }, attack[1]]);
		const reads = (reader: Person) => relayer.consents.read.canRead([signer, reader.address]);
		assert.deepEqual([await reads(doctor), await reads(nurse)], [true, false]);
		assert.equal(await relayer.consents.read.nonceOf([signer]), 1);
	});
});
